import Foundation
import TestSupport
import Testing

@Suite("imgconv bench")
struct BenchTests {
  private struct Report: Decodable {
    struct Environment: Decodable {
      let processor: String
      let isa: String
    }
    struct Result: Decodable {
      let algorithm: String
      let isa: String
      let threads: Int
      let msMin: Double
      let msMedian: Double
      let mpixPerS: Double
      let gflops: Double
    }
    let environment: Environment
    let results: [Result]
  }

  @Test("verifies, times and reports with the fields that scripts read")
  func reportsAsJSON() throws {
    let folder = try TemporaryFolder()
    let run = try Tool.run(
      [
        "bench", "conv", "--size", "64x48", "--channels", "3", "--kernel", "random:5", "--threads", "2", "--runs", "2",
        "--json",
      ],
      in: folder.url)
    #expect(run.exitCode == 0, "\(run.errors)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let report = try decoder.decode(Report.self, from: run.output)
    #expect(!report.environment.processor.isEmpty)
    #expect(!report.results.isEmpty)
    for result in report.results {
      #expect(result.threads == 2 && result.msMin > 0 && result.msMedian >= result.msMin)
      #expect(result.isa == report.environment.isa)
      #expect(result.mpixPerS > 0 && result.gflops > 0)
    }
  }

  @Test("refuses what cannot be measured")
  func refusals() throws {
    let folder = try TemporaryFolder()
    #expect(try Tool.run(["bench", "conv", "--size", "64"], in: folder.url).exitCode == 64)
    #expect(try Tool.run(["bench", "conv", "--kernel", "random:0"], in: folder.url).exitCode == 65)
    #expect(try Tool.run(["bench", "codec", "none.png"], in: folder.url).exitCode == 66)
  }
}
