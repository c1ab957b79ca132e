extension Catalogue {
  /// A file of `kernels/` as the binary carries it.
  struct File: Sendable {
    let name: String
    let category: Category
    /// The bytes; built when asked for, so that a run pays for one file only.
    let bytes: @Sendable () -> [UInt8]

    init(_ name: String, _ category: Category, bytes: @escaping @Sendable () -> [UInt8]) {
      self.name = name
      self.category = category
      self.bytes = bytes
    }
  }

  /// Every file of `kernels/`, in the order in which they are listed.
  static let files: [File] = [
    File("identity", .smoothing) { PackageResources.identity_kernel },
    File("box3", .smoothing) { PackageResources.box3_kernel },
    File("box5", .smoothing) { PackageResources.box5_kernel },
    File("box9", .smoothing) { PackageResources.box9_kernel },
    File("gaussian3", .smoothing) { PackageResources.gaussian3_kernel },
    File("gaussian5", .smoothing) { PackageResources.gaussian5_kernel },
    File("gaussian7", .smoothing) { PackageResources.gaussian7_kernel },
    File("motion-h9", .smoothing) { PackageResources.motion_h9_kernel },
    File("motion-v9", .smoothing) { PackageResources.motion_v9_kernel },
    File("motion-d9", .smoothing) { PackageResources.motion_d9_kernel },
    File("motion-u9", .smoothing) { PackageResources.motion_u9_kernel },
    File("sharpen", .sharpening) { PackageResources.sharpen_kernel },
    File("sharpen8", .sharpening) { PackageResources.sharpen8_kernel },
    File("unsharp", .sharpening) { PackageResources.unsharp_kernel },
    File("highpass", .sharpening) { PackageResources.highpass_kernel },
    File("edge", .edges) { PackageResources.edge_kernel },
    File("outline", .edges) { PackageResources.outline_kernel },
    File("laplacian", .edges) { PackageResources.laplacian_kernel },
    File("laplacian8", .edges) { PackageResources.laplacian8_kernel },
    File("log5", .edges) { PackageResources.log5_kernel },
    File("kirsch-n", .edges) { PackageResources.kirsch_n_kernel },
    File("kirsch-ne", .edges) { PackageResources.kirsch_ne_kernel },
    File("kirsch-e", .edges) { PackageResources.kirsch_e_kernel },
    File("kirsch-se", .edges) { PackageResources.kirsch_se_kernel },
    File("kirsch-s", .edges) { PackageResources.kirsch_s_kernel },
    File("kirsch-sw", .edges) { PackageResources.kirsch_sw_kernel },
    File("kirsch-w", .edges) { PackageResources.kirsch_w_kernel },
    File("kirsch-nw", .edges) { PackageResources.kirsch_nw_kernel },
    File("gradient-x", .derivatives) { PackageResources.gradient_x_kernel },
    File("gradient-y", .derivatives) { PackageResources.gradient_y_kernel },
    File("sobel-x", .derivatives) { PackageResources.sobel_x_kernel },
    File("sobel-y", .derivatives) { PackageResources.sobel_y_kernel },
    File("scharr-x", .derivatives) { PackageResources.scharr_x_kernel },
    File("scharr-y", .derivatives) { PackageResources.scharr_y_kernel },
    File("prewitt-x", .derivatives) { PackageResources.prewitt_x_kernel },
    File("prewitt-y", .derivatives) { PackageResources.prewitt_y_kernel },
    File("roberts-x", .derivatives) { PackageResources.roberts_x_kernel },
    File("roberts-y", .derivatives) { PackageResources.roberts_y_kernel },
    File("freichen-x", .derivatives) { PackageResources.freichen_x_kernel },
    File("freichen-y", .derivatives) { PackageResources.freichen_y_kernel },
    File("emboss", .relief) { PackageResources.emboss_kernel },
    File("emboss-grey", .relief) { PackageResources.emboss_grey_kernel },
    File("emboss5", .relief) { PackageResources.emboss5_kernel },
    File("ridge", .lines) { PackageResources.ridge_kernel },
    File("line-h", .lines) { PackageResources.line_h_kernel },
    File("line-v", .lines) { PackageResources.line_v_kernel },
    File("line-45", .lines) { PackageResources.line_45_kernel },
    File("line-135", .lines) { PackageResources.line_135_kernel },
    File("gabor-0", .texture) { PackageResources.gabor_0_kernel },
    File("gabor-45", .texture) { PackageResources.gabor_45_kernel },
    File("gabor-90", .texture) { PackageResources.gabor_90_kernel },
    File("gabor-135", .texture) { PackageResources.gabor_135_kernel },
    File("sobel", .banks) { PackageResources.sobel_kernel },
    File("compass", .banks) { PackageResources.compass_kernel },
    File("kirsch", .banks) { PackageResources.kirsch_kernel },
    File("robinson", .banks) { PackageResources.robinson_kernel },
    File("lines", .banks) { PackageResources.lines_kernel },
    File("gabor-bank", .banks) { PackageResources.gabor_bank_kernel },
  ]
}
