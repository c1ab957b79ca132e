import Pipeline
import Testing

@Suite("A part of a batch")
struct ShardTests {
  @Test(
    "is written I/N from 0",
    arguments: [
      ("0/1", "0/1"), ("3/4", "3/4"), ("4/4", nil), ("-1/4", nil), ("0/0", nil), ("1", nil), ("1/2/3", nil),
      ("a/b", nil),
      ("", nil),
    ] as [(String, String?)])
  func text(text: String, expected: String?) {
    #expect(Shard(text)?.description == expected)
  }

  @Test(
    "is told by schedulers",
    arguments: [
      (["SLURM_ARRAY_TASK_ID": "2", "SLURM_ARRAY_TASK_COUNT": "4"], "2/4"),
      (["SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_COUNT": "4"], "2/4"),
      (
        [
          "SLURM_ARRAY_TASK_ID": "10", "SLURM_ARRAY_TASK_MIN": "4", "SLURM_ARRAY_TASK_STEP": "3",
          "SLURM_ARRAY_TASK_COUNT": "3",
        ], "2/3"
      ),
      (["JOB_COMPLETION_INDEX": "5", "IMGCONV_SHARDS": "8"], "5/8"),
      (["AWS_BATCH_JOB_ARRAY_INDEX": "0", "AWS_BATCH_JOB_ARRAY_SIZE": "2"], "0/2"),
      (["JOB_COMPLETION_INDEX": "5"], nil), (["JOB_COMPLETION_INDEX": "8", "IMGCONV_SHARDS": "8"], nil), ([:], nil),
    ] as [([String: String], String?)])
  func schedulers(variables: [String: String], expected: String?) throws {
    if let expected {
      #expect(try Shard.fromScheduler(variables).description == expected)
    } else {
      #expect(throws: JobError.self) { try Shard.fromScheduler(variables) }
    }
  }
}
