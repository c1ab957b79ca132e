import FeatureMaps

extension PlanReport {
  /// What the page of a plan holds.
  private struct PageData: Encodable {
    let title: String
    let plan: PlanReport
  }

  /// Writes a page that slides every operator's windows over its input: one HTML file that works from a disk.
  ///
  /// Long sides are drawn shortened, their edges as they are.
  ///
  /// - Parameters:
  ///   - path: the file, which appears whole or not at all; `-` is standard output.
  ///   - title: what the page is called.
  ///   - mayReplace: whether a file of that name may be replaced.
  /// - Throws: `JobError` where the file cannot be written.
  public func writePage(to path: String, title: String, mayReplace: Bool = true) throws(JobError) {
    try Page.plan.write(PageData(title: title, plan: self), to: path, mayReplace: mayReplace)
  }
}
