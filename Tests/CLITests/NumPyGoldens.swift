/// What `numpy.linalg.lstsq` of NumPy 2.4.6 finds between samples/harbour.png and samples/harbour.jpg: written by Scripts/goldens/learned.py.
enum NumPyGoldens {
  /// The taps, row by row.
  static let weights: [Double] = [
    -0.010220682354552722, 0.04066623229533489, -0.009981760869838513,
    0.03835975938733743, 0.8813577549220974, 0.038296423781741,
    -0.00978296306381346, 0.04060291005102949, -0.01057776638896861,
  ]
  /// The bias, of 255.
  static let bias = 0.16161496354731666
  /// The root mean square residual.
  static let rms = 4.3409356673818085
  /// The largest residual.
  static let maximum = 83.55734837250962
  /// The equations.
  static let equations = 2859067
}
