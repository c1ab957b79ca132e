#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A page that works from a disk: one file with its style, its program and its data, which loads nothing.
///
/// The files of `Assets` are its parts. They are joined as they are, the data as JSON between them.
public enum Page: Sendable {
  /// One sample of feature maps, step by step; its data is an `ExplanationPage`.
  case explanation
  /// Windows sliding over their input; its data is that of a plan.
  case plan

  /// The page that shows some data.
  ///
  /// - Throws: `EncodingError` where a number of the data is not finite.
  public func html(of data: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A browser ends the data at the first `</script`, wherever it stands.
    let json = Array(
      try encoder.encode(data).split(separator: UInt8(ascii: "<"), omittingEmptySubsequences: false)
        .joined(separator: Array("\\u003c".utf8)))
    return [
      Self.head, PackageResources.page_css, Array("</style>\n</head>\n<body>\n".utf8),
      PackageResources.masthead_html, body,
      Array("<script type=\"application/json\" id=\"model\">".utf8), json,
      Array("</script>\n<script type=\"module\">\n".utf8), scripts.flatMap { $0 },
      Array("</script>\n</body>\n</html>\n".utf8),
    ].flatMap { $0 }
  }

  private static let head = Array(
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>imgconv</title>
    <link rel="icon" href="data:,">
    <style>

    """.utf8)

  private var body: [UInt8] {
    switch self {
    case .explanation: PackageResources.explain_html
    case .plan: PackageResources.plan_html
    }
  }

  /// The parts of the program, each after those it uses.
  private var scripts: [[UInt8]] {
    switch self {
    case .explanation:
      [
        PackageResources.dom_js, PackageResources.controls_js, PackageResources.geometry_js, PackageResources.sums_js,
        PackageResources.network_js,
        PackageResources.explanation_js, PackageResources.photograph_js, PackageResources.command_js,
        PackageResources.picture_js, PackageResources.calculation_js, PackageResources.editor_js,
        PackageResources.films_js, PackageResources.views_js, PackageResources.explain_js, PackageResources.main_js,
      ]
    case .plan:
      [
        PackageResources.dom_js, PackageResources.controls_js, PackageResources.geometry_js, PackageResources.slide_js,
        PackageResources.plan_js,
      ]
    }
  }
}
