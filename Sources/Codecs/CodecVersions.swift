import CCodecs

/// The libraries that decode and encode, as `--version` names them.
public enum CodecVersions {
  /// The libpng that is linked.
  public static var libpng: String { unsafe String(cString: imgconv_version_libpng()) }

  /// The libjpeg-turbo that this was built with.
  public static var libjpegTurbo: String { unsafe String(cString: imgconv_version_libjpeg()) }

  /// The zlib that is linked.
  public static var zlib: String { unsafe String(cString: imgconv_version_zlib()) }

  /// The ISA-L that this was built with; `nil` where zlib does its work.
  public static var isal: String? { unsafe imgconv_version_isal().map { unsafe String(cString: $0) } }
}
