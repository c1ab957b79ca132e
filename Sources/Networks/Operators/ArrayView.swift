import Convolution
import Tensors

/// Some elements of an array, seen under other extents: each axis steps through the elements by a stride of its own.
///
/// Transposing, slicing, broadcasting and repeating are such views; copying one is all that these operators do.
struct ArrayView {
  /// The place of the first element.
  var offset = 0
  /// The extents, outermost first.
  var extents: [Int]
  /// How many elements further the next one of each axis lies; 0 repeats one, below 0 runs backwards.
  var strides: [Int]

  /// All elements in order.
  init(_ shape: Shape) { self.init(extents: shape.extents) }

  /// Elements in order.
  init(extents: [Int]) {
    self.extents = extents
    strides = Self.strides(of: extents)
  }

  /// The strides of elements in row-major order.
  static func strides(of extents: [Int]) -> [Int] {
    var strides = Array(repeating: 1, count: extents.count)
    for axis in extents.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * max(1, extents[axis + 1]) }
    return strides
  }

  /// The view with its axes in another order.
  func transposed(_ order: [Int]) -> ArrayView {
    var view = self
    view.extents = order.map { extents[$0] }
    view.strides = order.map { strides[$0] }
    return view
  }

  /// The view broadcast to extents that it can be broadcast to: axes are added in front, and those of one element repeated.
  func broadcast(to target: [Int]) -> ArrayView {
    let missing = target.count - extents.count
    var view = self
    view.extents = target
    view.strides = target.indices.map { axis in
      axis < missing || extents[axis - missing] == 1 ? 0 : strides[axis - missing]
    }
    return view
  }

  /// The elements of the view in row-major order; traps where it leaves the array.
  func copy<Element: BitwiseCopyable>(of elements: [Element], threadCount: Int = 1) -> [Element] {
    let merged = self.merged
    let count = extents.reduce(1, *)
    guard count > 0 else { return [] }
    precondition(merged.reach.lowerBound >= 0 && merged.reach.upperBound < elements.count, "a view leaves its array")
    // A part is all of the last two axes; the reach was checked.
    let axes = [(1, 0), (1, 0)] + zip(merged.extents, merged.strides)
    let ((rows, rowStep), (columns, columnStep)) = (axes[axes.count - 2], axes[axes.count - 1])
    let outer = axes.dropLast(2)
    return elements.withSpan { source in
      ParallelStrips.filled(count: count, length: rows * columns, threadCount: count < 1 << 16 ? 1 : threadCount) {
        part, destination in
        // The place of a part: its number in the mixed radix of the outer extents.
        var (rest, start, place) = (part, merged.offset, 0)
        for (extent, stride) in outer.reversed() {
          start += rest % extent * stride
          rest /= extent
        }
        for row in 0..<rows {
          let first = start + row * rowStep
          if columnStep == 1 {
            for column in 0..<columns {
              unsafe destination[unchecked: place + column] = source[unchecked: first + column]
            }
          } else {
            for column in 0..<columns {
              unsafe destination[unchecked: place + column] = source[unchecked: first + column * columnStep]
            }
          }
          place += columns
        }
      }
    }
  }

  /// The first and the last place that the view reaches.
  private var reach: ClosedRange<Int> {
    var (low, high) = (offset, offset)
    for (extent, stride) in zip(extents, strides) {
      if stride < 0 { low += (extent - 1) * stride } else { high += (extent - 1) * stride }
    }
    return low...high
  }

  /// The same view with axes that follow one another without a gap made one.
  private var merged: ArrayView {
    var view = self
    (view.extents, view.strides) = ([], [])
    for (extent, stride) in zip(extents, strides) where extent != 1 {
      if let last = view.strides.last, last == stride * extent {
        view.extents[view.extents.count - 1] *= extent
        view.strides[view.strides.count - 1] = stride
      } else {
        view.extents.append(extent)
        view.strides.append(stride)
      }
    }
    return view
  }
}

extension Array {
  /// Calls `body` with the elements.
  fileprivate func withSpan<Result>(_ body: (Span<Element>) -> Result) -> Result { body(self.span) }
}
