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

  /// The job of some kernels: each is a bank of its own, but the last `laterCount`, which are applied to every map.
  func job(
    _ found: [(kernel: Kernel, step: ConvolutionStep)], arguments: [String], laterCount: Int, color: ColorOptions,
    post: [ImageJob.Step]
  ) throws -> MapsJob {
    let bankCount = found.count - laterCount
    let channels = color.channels ?? MapsJob.defaultChannels(for: found.prefix(bankCount).map(\.kernel))
    let banks = (0..<bankCount).map { bank in
      let places = [bank] + (bankCount..<found.count)
      return MapsJob.Bank(
        kernels: places.map { found[$0].kernel }, arguments: places.map { arguments[$0] },
        job: ImageJob(
          steps: places.map { .convolution(found[$0].step) } + post, channels: channels, alpha: color.alpha,
          isLinear: color.linear))
    }
    return MapsJob(
      banks: banks, mapping: color.map?.mapping, colors: colors, scale: scale, order: order, isOverlay: overlay,
      reduction: reduce)
  }
}
