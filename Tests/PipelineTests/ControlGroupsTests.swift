import Foundation
import Pipeline
import TestSupport
import Testing

@Suite("What control groups allow")
struct ControlGroupsTests {
  /// What `/proc` tells of a process, and the files of its groups.
  struct Machine: CustomTestStringConvertible {
    let testDescription: String
    var groups: [String]
    var mounts: [String] = []
    var files: [String: String] = [:]
    var memory: Int?
    var processors: Int?

    static let unified = "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate"
    static let other = "22 1 8:1 / / rw - ext4 /dev/root rw"

    static func mount(_ controllers: String, top: String = "/", at point: String) -> String {
      "40 32 0:31 \(top) \(point) rw,relatime shared:12 master:3 - cgroup cgroup rw,\(controllers)"
    }
  }

  private func limits(_ machine: Machine) throws -> ControlGroups {
    let folder = try TemporaryFolder()
    var files = machine.files
    files["proc/self/cgroup"] = machine.groups.joined(separator: "\n")
    if !machine.mounts.isEmpty { files["proc/self/mountinfo"] = machine.mounts.joined(separator: "\n") }
    for (name, text) in files {
      let url = folder.file(name)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("\(text)\n".utf8).write(to: url)
    }
    return ControlGroups(root: folder.url.path)
  }

  @Test(
    "the lowest limit counts, from the process's own group to the root, in either version",
    arguments: [
      Machine(
        testDescription: "the own group of version 2", groups: ["0::/user/job"],
        mounts: [Machine.other, Machine.unified],
        files: [
          "sys/fs/cgroup/user/job/memory.max": "3000000", "sys/fs/cgroup/user/memory.max": "max",
          "sys/fs/cgroup/user/job/cpu.max": "150000 100000",
        ], memory: 3_000_000, processors: 2),
      Machine(
        testDescription: "a group above it, and the soft limit", groups: ["0::/user/job"], mounts: [Machine.unified],
        files: [
          "sys/fs/cgroup/user/job/memory.max": "3000000", "sys/fs/cgroup/user/memory.high": "2000000",
          "sys/fs/cgroup/user/job/cpu.max": "max 100000", "sys/fs/cgroup/user/cpu.max": "50000 100000",
        ], memory: 2_000_000, processors: 1),
      Machine(
        testDescription: "the root of a container", groups: ["0::/"], mounts: [Machine.unified],
        files: ["sys/fs/cgroup/memory.max": "1000000", "sys/fs/cgroup/cpu.max": "300000 100000"],
        memory: 1_000_000, processors: 3),
      Machine(
        testDescription: "no limit", groups: ["0::/job"], mounts: [Machine.unified],
        files: ["sys/fs/cgroup/job/memory.max": "max", "sys/fs/cgroup/job/cpu.max": "max 100000"]),
      Machine(
        testDescription: "version 1, two controllers at one place",
        groups: ["5:cpu,cpuacct:/a/b", "4:memory:/a", "0::/"],
        mounts: [
          Machine.mount("cpu,cpuacct", at: "/sys/fs/cgroup/cpu,cpuacct"), Machine.mount("memory", at: "/mnt/memory"),
        ],
        files: [
          "sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us": "-1",
          "sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us": "100000",
          "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us": "100001",
          "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us": "100000",
          "mnt/memory/a/memory.limit_in_bytes": "7000000", "mnt/memory/memory.limit_in_bytes": "9223372036854771712",
        ], memory: 7_000_000, processors: 2),
      Machine(
        testDescription: "version 1 without a limit", groups: ["4:memory:/", "1:cpu:/"],
        mounts: [
          Machine.mount("memory", at: "/sys/fs/cgroup/memory"), Machine.mount("cpu", at: "/sys/fs/cgroup/cpu"),
        ],
        files: [
          "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
          "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "300000",
        ]),
      Machine(
        testDescription: "a container that sees its group's name on the host",
        groups: ["4:memory:/docker/abc/job"],
        mounts: [Machine.mount("memory", top: "/docker/abc", at: "/sys/fs/cgroup/memory")],
        files: [
          "sys/fs/cgroup/memory/job/memory.limit_in_bytes": "9000000",
          "sys/fs/cgroup/memory/memory.limit_in_bytes": "8000000",
        ], memory: 8_000_000),
      Machine(
        testDescription: "a group that is not below the mount point", groups: ["0::/../other"],
        mounts: [Machine.unified],
        files: ["sys/fs/cgroup/memory.max": "5000000", "sys/fs/other/memory.max": "1"], memory: 5_000_000),
      Machine(
        testDescription: "both versions at once", groups: ["4:memory:/job", "0::/job"],
        mounts: [
          Machine.mount("memory", at: "/sys/fs/cgroup/memory"),
          Machine.unified.replacingOccurrences(of: "/sys/fs/cgroup ", with: "/sys/fs/cgroup/unified "),
        ],
        files: [
          "sys/fs/cgroup/memory/job/memory.limit_in_bytes": "6000000",
          "sys/fs/cgroup/unified/job/cpu.max": "400000 100000",
        ], memory: 6_000_000, processors: 4),
      Machine(
        testDescription: "a mount point with a blank", groups: ["0::/job"],
        mounts: [Machine.unified.replacingOccurrences(of: "/sys/fs/cgroup ", with: "/my\\040groups ")],
        files: ["my groups/job/memory.max": "4000000"], memory: 4_000_000),
      Machine(
        testDescription: "the usual places where no mount point is told",
        groups: ["4:memory:/job", "1:cpu:/job", "0::/job"],
        files: [
          "sys/fs/cgroup/memory/job/memory.limit_in_bytes": "2500000", "sys/fs/cgroup/job/cpu.max": "200000 100000",
          "sys/fs/cgroup/cpu/job/cpu.cfs_quota_us": "100000", "sys/fs/cgroup/cpu/job/cpu.cfs_period_us": "100000",
        ], memory: 2_500_000, processors: 1),
      Machine(testDescription: "no groups at all", groups: []),
    ])
  func lowest(machine: Machine) throws {
    let limits = try limits(machine)
    #expect(limits.memory == machine.memory)
    #expect(limits.processorCount == machine.processors)
  }
}
