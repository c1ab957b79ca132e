import FeatureMaps
import TestSupport
import Testing

@Suite struct PrincipalComponentsTests {
  private func moments(_ channels: [[Double]]) -> ChannelMoments {
    var moments = ChannelMoments(channelCount: channels.count)
    moments.add(channels.map { $0[...] })
    return moments
  }

  @Test func findsTheAxesOfWrittenOutValues() {
    // Each channel has the variance 28/6, both together 22/6.
    let moments = moments([[-3, 3, 1, -1, -2, 2], [-2, 2, -1, 1, -3, 3]])
    let found = PrincipalComponents(moments)
    let covariance = moments.covariance
    let (a, b) = (28.0 / 6, 22.0 / 6)
    #expect(mismatch(covariance.flatMap { $0 }, [a, b, b, a], absolute: 1e-12) == nil)
    #expect(mismatch(found.variances, [a + b, a - b], absolute: 1e-12) == nil)
    let half = 0.5.squareRoot()
    #expect(mismatch(found.directions[0], [half, half], absolute: 1e-12) == nil)
    #expect(mismatch(found.directions[1].map(abs), [half, half], absolute: 1e-12) == nil)
    #expect(mismatch(found.shares, [50.0 / 56, 6.0 / 56], absolute: 1e-12) == nil)
  }

  @Test(arguments: [1, 3, 8, 20])
  func directionsAreOrthonormalAndDiagonaliseTheCovariance(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    let channels = (0..<count).map { _ in (0..<50).map { _ in Double.random(in: -1...1, using: &generator) } }
    let moments = moments(channels)
    let found = PrincipalComponents(moments)
    let covariance = moments.covariance
    for (i, u) in found.directions.enumerated() {
      let image = covariance.map { row in zip(row, u).reduce(0) { $0 + $1.0 * $1.1 } }
      #expect(mismatch(image, u.map { $0 * found.variances[i] }, absolute: 1e-10) == nil)
      for (j, v) in found.directions.enumerated() {
        #expect(abs(zip(u, v).reduce(0) { $0 + $1.0 * $1.1 } - (i == j ? 1 : 0)) < 1e-12)
      }
    }
    #expect(found.variances == found.variances.sorted(by: >))
  }

  @Test func threeStandardDeviationsFillAColourChannel() {
    let found = PrincipalComponents(moments([[0, 4], [7, 7]]))
    let (weights, offset) = found.colorChannel(0)
    // Mean 2, standard deviation 2.
    #expect(mismatch([offset + weights[0] * 2 + weights[1] * 7], [0.5], absolute: 1e-12) == nil)
    #expect(mismatch([offset + weights[0] * 8 + weights[1] * 7], [1.0], absolute: 1e-12) == nil)
    #expect(found.colorChannel(1).offset == 0.5 && found.colorChannel(1).weights == [0, 0])
    #expect(found.colorChannel(2).offset == 0.5)
  }
}
