#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What this process may use of the machine: processors and memory.
public enum Machine {
  /// The processors that affinity and the control group allow; at least 1.
  public static let processorCount: Int = {
    #if os(Linux)
    var set = cpu_set_t()
    let allowed =
      unsafe sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set) == 0
      ? unsafe withUnsafeBytes(of: &set) { unsafe $0.reduce(0) { $0 + $1.nonzeroBitCount } } : 1
    #else
    let allowed = Int(sysconf(_SC_NPROCESSORS_ONLN))
    #endif
    var count = max(allowed, 1)
    // "QUOTA PERIOD" in microseconds, or "max PERIOD".
    let quota = firstLine(of: "/sys/fs/cgroup/cpu.max")?.split(separator: " ").compactMap { Int($0) } ?? []
    if quota.count == 2, quota[1] > 0 { count = min(count, max(1, (quota[0] + quota[1] - 1) / quota[1])) }
    return count
  }()

  /// The memory a job may work with, unless told otherwise: 2 GiB, or 80 % of what the control group or the resource limits allow.
  public static let workingMemory: Int = {
    var bytes = 2 << 30
    for path in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
      if let limit = firstLine(of: path).flatMap({ Int($0) }) { bytes = min(bytes, limit / 5 * 4) }
    }
    var limit = rlimit()
    #if canImport(Glibc)
    let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
    #else
    let resource = RLIMIT_AS
    #endif
    if unsafe getrlimit(resource, &limit) == 0, limit.rlim_cur < rlim_t(Int.max) {
      bytes = min(bytes, Int(limit.rlim_cur) / 5 * 4)
    }
    return bytes
  }()

  private static func firstLine(of path: String) -> String? {
    guard let file = try? InputFile(path: path), let bytes = try? file.readAll(byteLimit: 4096) else { return nil }
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}
