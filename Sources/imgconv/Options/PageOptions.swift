import ArgumentParser
import Pipeline
import Tensors

/// A page, and the part of the image that it holds.
struct PageOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write an interactive page: one file that works without a network.", valueName: "page"))
  var html: String?

  @Option(
    help: ArgumentHelp(
      "The part of the image that the page holds (default: all, or 1,048,576 pixels around the sample).",
      valueName: "x,y,wxh"),
    transform: RegionArgument.init(text:))
  var crop: RegionArgument?

  func validate() throws {
    if crop != nil && html == nil {
      throw ValidationError("--crop says what a page holds; expected --html PAGE with it")
    }
  }

  /// Whether the page goes where reports go.
  var takesStandardOutput: Bool { html == "-" }

  /// Writes the page of some chains on an image, where one is asked for.
  ///
  /// - Throws: `JobError`.
  func write(
    _ chains: [JobPage.Chain], at place: (x: Int, y: Int)?, input: String, options: RunOptions,
    _ overwriting: OverwriteOptions
  ) throws {
    guard let html else { return }
    let page = JobPage(chains: chains, place: place, region: crop?.region)
    try page.write(to: html, input: input, options: options, mayReplace: overwriting.mayReplace)
  }
}

/// A part of an image: `X,Y,WIDTHxHEIGHT`.
struct RegionArgument {
  let region: PageRegion

  init(text: String) throws {
    let parts = text.drop { $0 == " " }.split(separator: ",", omittingEmptySubsequences: false)
    let numbers =
      (parts.dropLast().map(Substring.init)
      + (parts.last?.split(separator: "x", omittingEmptySubsequences: false) ?? []))
      .map { Int($0) }
    let given = numbers.compactMap { $0 }
    guard parts.count == 3, numbers.count == 4, given.count == 4 else {
      throw ValidationError("--crop \(text): expected X,Y,WIDTHxHEIGHT, as 100,50,640x480")
    }
    region = PageRegion(x: given[0], y: given[1], width: given[2], height: given[3])
  }
}
