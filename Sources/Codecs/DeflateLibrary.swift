import CCodecs

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The libraries that deflate and inflate PNG data; both give the same pixels, in files of different bytes.
public enum DeflateLibrary: String, Hashable, Sendable, CaseIterable {
  /// The zlib that libpng brings.
  case zlib
  /// Intel's ISA-L, several times as fast.
  case isal

  /// The libraries that are built in.
  public static let available: [DeflateLibrary] = CodecVersions.isal == nil ? [.zlib] : [.zlib, .isal]

  /// ISA-L where it is built in, unless the environment has `IMGCONV_DEFLATE=zlib`, which is looked up once.
  public static let preferred: DeflateLibrary = {
    let wish = unsafe getenv("IMGCONV_DEFLATE").map { unsafe String(cString: $0) }
    return wish == DeflateLibrary.zlib.rawValue || !available.contains(.isal) ? .zlib : .isal
  }()
}
