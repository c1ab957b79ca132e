import ArgumentParser
import Codecs
import FeatureMaps
import Kernels
import Pipeline
import Tensors

/// `imgconv maps`: every kernel of some banks over one image, a picture each.
struct MapsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maps",
    abstract: "Draw the feature map of every kernel of some banks, with a sheet of all.",
    discussion: """
      BANK is a file, a built-in name (imgconv kernels list) or numbers. The folder gets a PNG for each map, contact-sheet.png,
      index.html, in which every sample can be looked into, and maps.json. Colour images are filtered as luma, unless a bank
      sums over channels or --channels says otherwise. A --kernel is applied to each map afterwards.

      Examples:
        imgconv maps compass in.jpg --out maps
        imgconv maps sobel gabor-bank in.png --out lines --scale each --order energy
        imgconv maps kirsch in.png --out relu --activation relu --colors magma
        imgconv maps gabor-bank in.jpg --out textures --overlay --reduce pca
      """)

  @Argument(help: ArgumentHelp("The banks, and the image to read.", valueName: "bank in"))
  var arguments: [String]

  @Option(help: ArgumentHelp("The folder that files go to; made where it is missing.", valueName: "folder"))
  var out: String

  @OptionGroup(title: "How maps are shown") var show: MapOptions
  @OptionGroup(title: "Convolution options") var convolution: ConvolutionOptions
  @OptionGroup(title: "Colour options") var color: ColorOptions
  @OptionGroup(title: "Options for what follows") var post: PostOptions
  @OptionGroup(title: "Limits") var resources: ResourceOptions
  @OptionGroup var overwriting: OverwriteOptions
  @OptionGroup var talk: TalkOptions
  @OptionGroup var preview: ShowOptions

  @Flag(help: "Print what maps.json says on standard output.")
  var json = false

  func validate() throws {
    guard arguments.count >= 2 else {
      throw ValidationError("\(arguments.count.counted("argument")); expected BANK … IN")
    }
    try preview.validate(output: nil, json: json)
    if out.isEmpty { throw ValidationError("--out is empty; expected the name of a folder") }
  }

  func run() throws {
    let banks = try convolution.steps(kernels: arguments.dropLast() + convolution.kernel, input: arguments.last)
    for (kernel, _) in banks { kernel.notes.forEach(talk.reporter.note) }
    let job = try show.job(
      banks, arguments: arguments.dropLast() + convolution.kernel, laterCount: convolution.kernel.count, color: color,
      post: post.steps)
    try ManyMaps(talk: talk, json: json).run(
      job, input: arguments[arguments.count - 1], folder: out,
      outputOptions: OutputOptions(compression: show.compression, mayReplace: overwriting.force),
      options: resources.runOptions)
    try preview.show(MapsRunner.sheetPath(in: out), talk: talk, options: resources.runOptions)
  }
}
