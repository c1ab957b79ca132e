import Foundation

/// An ONNX model of one layer, `Conv` of the name `grey`: colours weighted 0.25, 0.5 and 0.25.
enum TinyModel {
  static let bytes =
    Data(
      base64Encoded: """
        CAg6YQoVCgF4CgF3EgF5GgRncmV5IgRDb252EgFnKhsIAQgDCAEIARABIgwAAIA+AAAAPwAAgD5CAXdaHQoBeBIYChYIARISCgII
        AQoCCAMKAxIBaAoDEgF3YgkKAXkSBAoCCAFCBAoAEA0=
        """, options: .ignoreUnknownCharacters) ?? Data()
}
