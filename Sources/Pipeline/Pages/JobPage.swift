import Codecs
import Convolution
public import FeatureMaps
public import Kernels
import Tensors

/// What a page shows: chains of operators on one image.
public struct JobPage: Sendable {
  /// One chain: a job, with what its kernels are called.
  public struct Chain: Sendable {
    /// The operators; their channels, alpha and light are those of the page's first chain.
    public var job: ImageJob
    /// The kernels of its convolutions, in order.
    public var kernels: [Kernel]
    /// What a command line says for each kernel; `nil` where its numbers have to be written out.
    public var arguments: [String?]
    /// The mapping with its numbers, where they are known; otherwise the page finds them in the samples it holds.
    public var resolved: ResolvedMapping?

    /// Creates a chain; traps unless there is an argument, or `nil`, for each kernel.
    public init(job: ImageJob, kernels: [Kernel], arguments: [String?], resolved: ResolvedMapping? = nil) {
      precondition(kernels.count == arguments.count, "one argument a kernel")
      (self.job, self.kernels, self.arguments, self.resolved) = (job, kernels, arguments, resolved)
    }
  }

  /// The chains; at least one.
  public var chains: [Chain]
  /// Column and row of the output sample that is looked at first, from 0; `nil` for the middle.
  public var place: (x: Int, y: Int)?
  /// The part of the image that the page holds; `nil` for all of it, or a part of an image of more than 2²⁰ pixels.
  public var region: PageRegion?

  /// The colours that maps have at first.
  public var colors: ColorMap

  /// Creates a page; traps unless there is a chain.
  public init(
    chains: [Chain], place: (x: Int, y: Int)? = nil, region: PageRegion? = nil, colors: ColorMap = .grey
  ) {
    precondition(!chains.isEmpty, "a page shows a chain of operators")
    (self.chains, self.place, self.region, self.colors) = (chains, place, region, colors)
  }

  /// Writes the page: one HTML file that works from a disk.
  ///
  /// The image is read once more, and as often as a mapping needs whose numbers are not known. Memory holds the part that
  /// the page holds, a few times.
  ///
  /// - Parameters:
  ///   - path: the file, which appears whole or not at all; `-` is standard output.
  ///   - input: the image.
  ///   - options: what reading may use.
  ///   - mayReplace: whether a file of that name may be replaced.
  /// - Throws: `JobError`.
  public func write(
    to path: String, input: String, options: RunOptions = RunOptions(), mayReplace: Bool = true
  ) throws(JobError) {
    try write(to: path, file: InputFile(path: input), options: options, mayReplace: mayReplace)
  }

  /// Writes the page of an image that was opened, or read before.
  func write(to path: String, file: InputFile, options: RunOptions, mayReplace: Bool) throws(JobError) {
    try Page.explanation.write(data(file: file, options: options), to: path, mayReplace: mayReplace)
  }

  /// What the page holds.
  private func data(file: InputFile, options: RunOptions) throws(JobError) -> ExplanationPage {
    let first = chains[0].job
    let input = file.path
    let run = try ImageRun(job: first, file: file, format: .png, options: options, looksAtSums: true, progress: nil)
    let description = run.description
    var resolved = chains[0].resolved
    if resolved == nil && run.passCount > 1 {
      resolved = try run.resolveMapping(target: PixelFormat(.grey, depth: description.pixelFormat.depth))
    }
    let region = region ?? PageRegion(width: description.width, height: description.height, around: centre(run.plan))
    try region.check(width: description.width, height: description.height, path: input)
    try run.checkMemory(
      more: region.width * region.height * description.pixelFormat.bytesPerPixel * PageSamples.copyCount,
      for: "the part that the page holds")
    let samples = try PageSamples(try run.rewound(), region: region, path: input)
    let layout = ChannelLayout(description.pixelFormat)
    let name = input == "-" ? "standard input" : FilePath.name(of: input)
    return ExplanationPage(
      title: "\(chains.map(\.title).joined(separator: ", ")) on \(name)",
      input: .init(
        name: name, path: input, detail: description.detail, width: description.width, height: description.height,
        colors: layout.colorNames, hasAlpha: layout.hasAlpha, maximum: layout.depth.maximum),
      crop: .init(x: region.x, y: region.y, width: region.width, height: region.height, png: samples.crop),
      overview: samples.overview, channels: first.channels.rawValue, alpha: first.alpha.rawValue,
      linear: first.isLinear,
      chains: chains.enumerated().map { index, chain in
        .init(
          name: chain.title, job: chain.job, arguments: chain.arguments, outputNames: chain.kernels.map(\.outputNames),
          mapping: .init(chain.job.mapping ?? .clamp, resolved: index == 0 ? resolved : chain.resolved))
      },
      place: place.map { .init(x: $0.x, y: $0.y) }, colors: colors, presets: ExplanationPage.Preset.catalogue)
  }

  /// The middle of what the first output looked at depends on, or that of the image.
  private func centre(_ plan: JobPlan) -> (x: Int, y: Int) {
    guard let place else { return (plan.inputShape.width / 2, plan.inputShape.height / 2) }
    let (vertical, horizontal) = (plan.receptiveField.vertical, plan.receptiveField.horizontal)
    return (
      horizontal.start + place.x * horizontal.jump + horizontal.size / 2,
      vertical.start + place.y * vertical.jump + vertical.size / 2
    )
  }
}

extension JobPage.Chain {
  /// The names of the kernels, in order.
  fileprivate var title: String { kernels.map(\.name).joined(separator: " → ") }
}
