import Tensors

/// A family of kernels with numbers in its name: `gaussian:1.5,4`.
struct ParametricForm: Sendable {
  /// The word before the colon.
  let name: String
  /// What to type.
  let usage: String
  /// One sentence with the units.
  let summary: String
  /// Where the formula comes from.
  let source: String
  /// How many numbers it takes.
  let counts: ClosedRange<Int>
  /// Makes the kernel of the numbers.
  let make: @Sendable ([Double]) throws(ParameterFault) -> KernelBank

  /// What is wrong with a number, as the sentence of an error.
  struct ParameterFault: Error {
    let message: String
  }

  /// The families.
  static let all: [ParametricForm] = [
    ParametricForm(
      name: "gaussian", usage: "gaussian:SIGMA[,RADIUS]",
      summary: "Gaussian blur: sampled, sum 1, SIGMA in pixels; RADIUS is ⌊4·SIGMA + 0.5⌋ pixels unless given.",
      source: "sampled normal distribution; the radius of SciPy's gaussian_filter", counts: 1...2,
      make: { numbers throws(ParameterFault) in
        try ParametricKernels.gaussian(sigma: numbers[0], radius: numbers.count > 1 ? numbers[1] : nil)
      }),
    ParametricForm(
      name: "box", usage: "box:SIZE", summary: "Mean of SIZE×SIZE pixels.", source: "common practice", counts: 1...1,
      make: { numbers throws(ParameterFault) in try ParametricKernels.box(size: numbers[0]) }),
    ParametricForm(
      name: "log", usage: "log:SIGMA[,RADIUS]",
      summary: "Laplacian of a Gaussian: sampled, sum 0, centre negative, SIGMA and RADIUS in pixels.",
      source: "Marr and Hildreth, Theory of edge detection, 1980; sampled as SciPy's gaussian_laplace", counts: 1...2,
      make: { numbers throws(ParameterFault) in
        try ParametricKernels.laplacianOfGaussian(sigma: numbers[0], radius: numbers.count > 1 ? numbers[1] : nil)
      }),
    ParametricForm(
      name: "dog", usage: "dog:S1,S2",
      summary: "Difference of two Gaussian blurs, S1 minus S2, in pixels: sum 0, centre positive for S1 < S2.",
      source: "Marr and Hildreth, Theory of edge detection, 1980", counts: 2...2,
      make: { numbers throws(ParameterFault) in
        try ParametricKernels.differenceOfGaussians(numbers[0], numbers[1])
      }),
    ParametricForm(
      name: "disk", usage: "disk:R", summary: "Mean of the pixels whose centres lie at most R pixels away.",
      source: "common practice; the model of a defocused lens", counts: 1...1,
      make: { numbers throws(ParameterFault) in try ParametricKernels.disk(radius: numbers[0]) }),
    ParametricForm(
      name: "motion", usage: "motion:LENGTH,ANGLE",
      summary: "Motion blur along LENGTH pixels, ANGLE in degrees counter-clockwise from the right.",
      source: "common practice; a line of constant speed, each pixel weighted by its nearness to it", counts: 2...2,
      make: { numbers throws(ParameterFault) in
        try ParametricKernels.motion(length: numbers[0], degrees: numbers[1])
      }),
    ParametricForm(
      name: "gabor", usage: "gabor:WAVELENGTH,ORIENTATION,SIGMA[,GAMMA[,PSI[,SIZE]]]",
      summary:
        "Gabor filter: WAVELENGTH, SIGMA and SIZE in pixels, ORIENTATION and PSI in degrees; GAMMA 0.5, PSI 0 and the size of 3·SIGMA unless given.",
      source: "Gabor, Theory of communication, 1946; sampled as OpenCV's getGaborKernel", counts: 3...6,
      make: { numbers throws(ParameterFault) in
        try ParametricKernels.gabor(
          wavelength: numbers[0], orientation: numbers[1], sigma: numbers[2],
          gamma: numbers.count > 3 ? numbers[3] : 0.5, psi: numbers.count > 4 ? numbers[4] : 0,
          size: numbers.count > 5 ? numbers[5] : nil)
      }),
    ParametricForm(
      name: "unsharp", usage: "unsharp:SIGMA,AMOUNT",
      summary: "Unsharp mask: the image plus AMOUNT times what a Gaussian blur of SIGMA pixels takes away; sum 1.",
      source: "common practice; photographic unsharp masking", counts: 2...2,
      make: { numbers throws(ParameterFault) in
        try ParametricKernels.unsharp(sigma: numbers[0], amount: numbers[1])
      }),
  ]

  /// The kernel of `name:numbers`; `nil` when no family is called so.
  static func kernel(named text: String) throws(KernelError) -> Kernel? {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    guard let form = all.first(where: { $0.name.utf8.elementsEqual(parts[0]) }) else { return nil }
    func fault(_ message: String) -> KernelError {
      KernelError(file: text, code: "kernel.parameter", message: "\(message); expected \(form.usage)")
    }
    guard parts.count == 2, !parts[1].isEmpty else { throw fault("\(form.name) has no numbers") }
    var numbers: [Double] = []
    for word in parts[1].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      do {
        numbers.append(try Number(word).value)
      } catch {
        throw fault(error.message(String(decoding: word, as: UTF8.self)))
      }
    }
    guard form.counts.contains(numbers.count) else {
      throw fault("found \(numbers.count.counted("number"))")
    }
    do {
      return Kernel(name: text, description: form.summary, source: form.source, bank: try form.make(numbers))
    } catch {
      throw fault(error.message)
    }
  }
}
