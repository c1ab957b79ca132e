import Convolution
import FeatureMaps
import Kernels
import Tensors

/// One bank on its way through an image: its plan, its maps, and what is learned of them pass by pass.
final class MapBank {
  let plan: JobPlan
  let name: String
  /// The name of each map: of every kernel and channel, and then of the mean or maximum of all, where that is asked for.
  let names: [String]
  /// The kernel that each map is drawn with.
  let kernels: [KernelBank?]
  private let reduction: MapsJob.Reduction?

  private(set) var statistics: [MapStatistics]
  private(set) var histograms: [ValueHistogram] = []
  private(set) var moments: ChannelMoments
  private var shrinkings: [MapShrinking]
  /// The maps, shrunk, after the first pass.
  private(set) var planes: [ValuePlane] = []
  private var chain: Chain

  /// The operators of one pass in the plan's precision.
  private enum Chain {
    case single(StageChain<Float>)
    case double(StageChain<Double>)
  }

  /// What is done with maps as they come.
  enum Use {
    /// Statistics are gathered, and maps are shrunk.
    case look
    /// Values are counted.
    case count
  }

  /// Plans a bank on an image.
  ///
  /// - Throws: `JobError` where a kernel does not fit.
  init(
    _ bank: MapsJob.Bank, mapping: RangeMapping, reduction: MapsJob.Reduction?, channels: ChannelLayout, width: Int,
    height: Int, threadCount: Int
  ) throws(JobError) {
    var job = bank.job
    // What may be stretched is summed as precisely as a picture that is.
    job.mapping = mapping
    plan = try JobPlan(job: job, channels: channels, width: width, height: height)
    name = bank.kernels[0].name
    self.reduction = reduction
    var labels = Self.labels(of: bank, plan: plan)
    if let reduction, reduction != .pca { labels.append(("\(name)-\(reduction)", nil)) }
    names = labels.map(\.name)
    kernels = labels.map(\.kernel)
    statistics = names.map { [plan] _ in MapStatistics(fullRange: plan.fullRange, window: mapping.window) }
    moments = ChannelMoments(channelCount: plan.outputColorCount)
    shrinkings = []
    chain = try Self.chain(plan, threadCount: threadCount)
  }

  /// The maps that kernels give, without a reduction.
  var mapCount: Int { plan.outputColorCount }

  /// The bytes held for one pass beside rows on their way.
  var workingByteCount: Int { plan.workingByteCount + histograms.count * 65536 * 8 }

  /// Makes ready for the first pass, in which maps are shrunk so that no side is longer than `side`.
  func startLooking(side: Int) {
    let shape = plan.outputShape
    let small = ValuePlane.extents(width: shape.width, height: shape.height, fitting: side)
    shrinkings = names.map { _ in
      MapShrinking(
        rows: .init(count: small.height, of: shape.height), columns: .init(count: small.width, of: shape.width))
    }
  }

  /// Ends the first pass.
  func finishLooking(side: Int) {
    let small = ValuePlane.extents(width: plan.outputShape.width, height: plan.outputShape.height, fitting: side)
    planes = shrinkings.indices.map {
      ValuePlane(width: small.width, height: small.height, values: shrinkings[$0].take())
    }
    shrinkings = []
  }

  /// Makes ready for the pass that counts values: one histogram a map between limits in units of full range.
  func startCounting(_ ranges: [ClosedRange<Double>]) {
    histograms = ranges.map { ValueHistogram(range: $0, fullRange: plan.fullRange) }
  }

  /// Makes ready for another pass.
  func restart(threadCount: Int) throws(JobError) { chain = try Self.chain(plan, threadCount: threadCount) }

  /// Pushes rows of the image through the operators, and uses what comes out.
  ///
  /// - Parameters:
  ///   - rows: the next rows of the image.
  ///   - use: what is done with the maps' values, if anything.
  ///   - brush: what makes pixels of them, where some are to be written.
  /// - Returns: the rows of each file that the brush paints.
  /// - Throws: `JobError` where the photograph that maps are laid over cannot be read.
  func push(_ rows: PixelRows, use: Use?, brush: MapBrush?) throws(JobError) -> [MapRows] {
    switch chain {
    case .single(let chain): try push(rows, through: chain, use, brush)
    case .double(let chain): try push(rows, through: chain, use, brush)
    }
  }

  private func push<Scalar: EngineScalar>(
    _ rows: PixelRows, through chain: StageChain<Scalar>, _ use: Use?, _ brush: MapBrush?
  ) throws(JobError) -> [MapRows] {
    let finish = ResultFinish(plan: plan, target: PixelFormat(.grey), mapping: nil)
    let sums = finish.encoded(chain.push(plan.selection.apply(to: rows, as: Scalar.self)))
    guard sums.rowCount > 0 else { return [] }
    let maps = reduced(faded(sums))
    if let use { take(maps, for: use) }
    return try brush?.paint(maps, mapCount: mapCount) ?? []
  }

  private func take<Scalar: EngineScalar>(_ maps: PlanarRows<Scalar>, for use: Use) {
    guard use == .look else {
      for map in names.indices { histograms[map].add(maps, channels: map..<map + 1) }
      return
    }
    let scale = Float(1 / plan.fullRange)
    for row in 0..<maps.rowCount {
      for map in names.indices {
        let run = maps.run(row: row, channel: map)
        statistics[map].add(run)
        shrinkings[map].add(run.map { Float($0) * scale })
      }
      if reduction == .pca { moments.add((0..<mapCount).map { maps.run(row: row, channel: $0) }) }
    }
  }

  /// Maps without alpha: where they have one, values fade to 0 with it.
  private func faded<Scalar: EngineScalar>(_ rows: PlanarRows<Scalar>) -> PlanarRows<Scalar> {
    guard plan.outputHasAlpha else { return rows }
    var maps = rows.prefix(channels: mapCount)
    guard plan.job.alpha != .filter else { return maps }
    let scale = 1 / Scalar(plan.fullRange)
    for row in 0..<rows.rowCount {
      let alpha = rows.run(row: row, channel: mapCount)
      for map in 0..<mapCount {
        let start = (row * mapCount + map) * rows.width
        for (x, opacity) in alpha.enumerated() { maps.samples[start + x] *= min(max(opacity * scale, 0), 1) }
      }
    }
    return maps
  }

  /// The maps with their mean or maximum behind them, where that is asked for.
  private func reduced<Scalar: EngineScalar>(_ maps: PlanarRows<Scalar>) -> PlanarRows<Scalar> {
    guard names.count > mapCount else { return maps }
    var samples: [Scalar] = []
    samples.reserveCapacity(maps.rowCount * names.count * maps.width)
    for row in 0..<maps.rowCount {
      let start = row * mapCount * maps.width
      samples += maps.samples[start..<start + mapCount * maps.width]
      var result = Array(maps.run(row: row, channel: 0))
      for map in 1..<max(mapCount, 1) {
        for (x, value) in maps.run(row: row, channel: map).enumerated() {
          result[x] = reduction == .max ? max(result[x], value) : result[x] + value
        }
      }
      if reduction == .mean { for x in result.indices { result[x] /= Scalar(mapCount) } }
      samples += result
    }
    return PlanarRows(channelCount: names.count, width: maps.width, rowCount: maps.rowCount, samples: samples)
  }

  private static func chain(_ plan: JobPlan, threadCount: Int) throws(JobError) -> Chain {
    switch plan.precision {
    case .single: .single(try StageChain(plan: plan, threadCount: threadCount))
    case .double: .double(try StageChain(plan: plan, threadCount: threadCount))
    }
  }

  /// The names of maps, and the kernels of the bank that they come from.
  ///
  /// Maps stand in the operators' order: all outputs of the first channel, then those of the second.
  private static func labels(of bank: MapsJob.Bank, plan: JobPlan) -> [(name: String, kernel: KernelBank?)] {
    let channels = plan.selection.colorNames
    var labels: [(name: String, kernel: KernelBank?)] = []
    let convolutions = plan.job.steps.compactMap { if case .convolution(let step) = $0 { step } else { nil } }
    for (index, (kernel, step)) in zip(bank.kernels, convolutions).enumerated() {
      let outputs = kernel.outputNames.map { MapNaming.name($0, of: kernel) }
      let drawn = outputs.indices.map { step.bank.kernel($0) }
      if index == 0 {
        labels = (step.bank.isDepthwise ? channels : [""]).flatMap { channel in
          zip(outputs, drawn).map { (channels.count > 1 && !channel.isEmpty ? "\($0)-\(channel)" : $0, $1) }
        }
      } else if !step.bank.isDepthwise {
        labels = zip(outputs, drawn).map { ($0, $1) }
      } else if outputs.count > 1 {
        labels = labels.flatMap { label in outputs.map { ("\(label.name)-\($0)", label.kernel) } }
      }
    }
    return labels
  }
}
