import Codecs
import Foundation
import Pipeline
import Tensors
import TestSupport
import Testing

@Suite("The log of a batch, between plan and run")
struct BatchLogRaceTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(at: folder.file("in"), withIntermediateDirectories: true)
    try Data("no image".utf8).write(to: folder.file("in/a.png"))
  }

  private func plan(_ existing: BatchOptions.Existing) throws -> BatchPlan {
    var options = BatchOptions()
    options.existing = existing
    options.logPath = folder.file("log.jsonl").path
    return try BatchPlan(
      inputs: BatchInputs(arguments: [folder.file("in").path]), naming: OutputNaming(folder: folder.file("out").path),
      job: ImageJob(steps: []), outputOptions: OutputOptions(), tolerance: .error, options: options)
  }

  @Test("a log that another run has made meanwhile stays, unless it may be replaced")
  func logMadeMeanwhile() throws {
    let planned = try plan(.refuse)
    let replacing = try plan(.replace)
    try Data("theirs".utf8).write(to: folder.file("log.jsonl"))
    let error = #expect(throws: JobError.self) { try BatchRunner.run(planned, options: RunOptions()) }
    #expect(error?.code == "output.exists")
    #expect(try Data(contentsOf: folder.file("log.jsonl")) == Data("theirs".utf8))

    let (summary, failure) = try BatchRunner.run(replacing, options: RunOptions())
    #expect(summary.failed == 1 && failure == nil)
    #expect(try BatchLog.read(folder.file("log.jsonl").path).records.map(\.status) == [.failed])
  }
}
