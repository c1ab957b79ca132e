import ArgumentParser
import Codecs
import FeatureMaps
import Kernels
import Pipeline

/// How feature maps are shown.
struct MapOptions: ParsableArguments {
  @Option(help: "Which maps have one scale: shared (all, the default) or each (its own).")
  var scale: MapsJob.Scale = .shared

  @Option(help: "How maps follow one another: given (the default) or energy (the largest mean square first).")
  var order: MapsJob.Order = .given

  @Option(
    help:
      "The colours: grey, diverging, viridis, magma or turbo (default: diverging where values are below 0, else grey).")
  var colors: ColorMap?

  @Flag(help: "Lay the maps over the photograph.")
  var overlay = false

  @Option(
    help: "One picture more of each bank: the mean or max of its maps, or pca, their principal components as RGB.")
  var reduce: MapsJob.Reduction?

  @Option(help: "How hard PNGs are compressed: fast, default or small.")
  var compression: PNGCompression = .default

  /// The job of some banks, each with what is done to every map.
  func job(
    banks: [(kernel: Kernel, step: ConvolutionStep)], then later: [(kernel: Kernel, step: ConvolutionStep)],
    color: ColorOptions, post: [ImageJob.Step]
  ) throws -> MapsJob {
    let channels = color.channels ?? MapsJob.defaultChannels(for: banks.map(\.kernel))
    let jobs = banks.map { bank in
      MapsJob.Bank(
        kernels: [bank.kernel] + later.map(\.kernel),
        job: ImageJob(
          steps: [.convolution(bank.step)] + later.map { .convolution($0.step) } + post, channels: channels,
          alpha: color.alpha, isLinear: color.linear))
    }
    return MapsJob(
      banks: jobs, mapping: color.map?.mapping, colors: colors, scale: scale, order: order, isOverlay: overlay,
      reduction: reduce)
  }
}
