public import Convolution
public import FeatureMaps
public import Kernels

extension Kernel {
  /// The border that the kernel's file asks for; `nil` where it asks for none.
  ///
  /// - Throws: `JobError` with the place in the file where there is no such border.
  public func advisedBorder() throws(JobError) -> Border? {
    guard let border else { return nil }
    do { return try Border(name: border.text) } catch { throw JobError(border.fault("border: \(error)")) }
  }

  /// The range mapping that the kernel's file asks for; `nil` where it asks for none.
  ///
  /// - Throws: `JobError` with the place in the file where there is no such mapping.
  public func advisedMapping() throws(JobError) -> RangeMapping? {
    guard let map else { return nil }
    do { return try RangeMapping(name: map.text) } catch { throw JobError(map.fault("map: \(error)")) }
  }
}
