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
      let threads: Int
      let msMin: Double
      let msMedian: Double
      let mpixPerS: Double
      // Of the engine.
      let algorithm: String?
      let isa: String?
      let gflops: Double?
      // Of the codecs.
      let step: String?
      let bytes: Int?
    }
    let environment: Environment
    let results: [Result]

    init(_ output: Data) throws {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      self = try decoder.decode(Report.self, from: output)
    }
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
    let report = try Report(run.output)
    #expect(!report.environment.processor.isEmpty)
    #expect(!report.results.isEmpty)
    for result in report.results {
      #expect(result.threads == 2 && result.msMin > 0 && result.msMedian >= result.msMin)
      #expect(result.isa == report.environment.isa && result.algorithm?.isEmpty == false)
      #expect(result.mpixPerS > 0 && result.gflops ?? 0 > 0)
    }
  }

  @Test("verifies and times a layer by the algorithm that is asked for, or the one that suits it")
  func layers() throws {
    let folder = try TemporaryFolder()
    for (line, algorithm) in [
      ("--input 3x40x50 --weight 8x3x7x7 --stride 2 --padding 3", "direct"),
      ("--input 32x16x16 --weight 32x32x3x3 --padding 1", "winograd"),
      ("--input 2x32x16x16 --weight 32x32x3x3 --padding 1 --algorithm direct", "direct"),
      ("--input 4x9x9 --weight 6x2x3x3 --dilation 2 --group 2 --algorithm im2col", "im2col"),
    ] {
      let words = "bench layer \(line) --threads 2 --runs 2 --json".split(separator: " ").map(String.init)
      let run = try Tool.run(words, in: folder.url)
      #expect(run.exitCode == 0, "\(line): \(run.errors)")
      let report = try Report(run.output)
      #expect(report.results.map(\.algorithm) == [algorithm])
      for result in report.results {
        #expect(result.threads == 2 && result.msMin > 0 && result.msMedian >= result.msMin)
        #expect(result.isa == report.environment.isa && result.mpixPerS > 0 && result.gflops ?? 0 > 0)
      }
    }
  }

  @Test("refuses layers that do not fit, or not into memory")
  func layerRefusals() throws {
    let folder = try TemporaryFolder()
    for (line, exitCode) in [
      ("--input 3x8 --weight 8x3x3x3", 64), ("--input 3x8x8 --weight 8x3x3", 64),
      ("--input 3x8x0 --weight 8x3x3x3", 64),
      ("--input 3x8x8 --weight 8x3x3x3 --algorithm box", 64), ("--input 3x8x8 --weight 8x4x3x3", 65),
      ("--input 3x2x2 --weight 8x3x3x3", 65), ("--input 3x8x8 --weight 8x3x3x3 --stride 0", 65),
      ("--input 3x100000x100000 --weight 8x3x3x3", 65), ("--input 1x9000000000000000000x9 --weight 1x1x1x1", 65),
    ] {
      let run = try Tool.run("bench layer \(line)".split(separator: " ").map(String.init), in: folder.url)
      #expect(run.exitCode == Int32(exitCode), "\(line): \(run.errors)")
    }
  }

  @Test(
    "reads and writes back a file, and says how fast and how large", arguments: ["harbour-grey.png", "harbour.jpg"])
  func codecs(name: String) throws {
    let file = SharedFiles.packageFolder.appendingPathComponent("samples/\(name)")
    let run = try Tool.run(
      ["bench", "codec", file.path, "--runs", "1", "--threads", "2", "--json"], in: file.deletingLastPathComponent())
    #expect(run.exitCode == 0, "\(run.errors)")
    let results = try Report(run.output).results
    #expect(results.map(\.step) == ["decode", "encode fast", "encode default", "encode small"])
    #expect(results.map(\.threads) == [1, 2, 2, 2])
    #expect(try results[0].bytes == Data(contentsOf: file).count)
    let sizes = results[1...].map { $0.bytes ?? 0 }
    #expect(sizes == sizes.sorted(by: >) && sizes[2] > 1000)
    for result in results { #expect(result.msMin > 0 && result.msMedian >= result.msMin && result.mpixPerS > 0) }
  }

  @Test("refuses what cannot be measured")
  func refusals() throws {
    let folder = try TemporaryFolder()
    #expect(try Tool.run(["bench", "conv", "--size", "64"], in: folder.url).exitCode == 64)
    #expect(try Tool.run(["bench", "conv", "--kernel", "random:0"], in: folder.url).exitCode == 65)
    #expect(try Tool.run(["bench", "codec", "none.png"], in: folder.url).exitCode == 66)
  }
}
