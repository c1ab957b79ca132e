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
      // The affinity as the kernel prints it: hexadecimal digits, a comma after every eight.
      let mask = lines(of: "/proc/self/status").first { $0.hasPrefix("Cpus_allowed:") }
      let allowed =
        mask?.dropFirst("Cpus_allowed:".count).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) } ?? 1
    #else
      let allowed = Int(sysconf(_SC_NPROCESSORS_ONLN))
    #endif
    var count = max(allowed, 1)
    // "QUOTA PERIOD" in microseconds, or "max PERIOD".
    let quota = lines(of: "/sys/fs/cgroup/cpu.max").first?.split(separator: " ").compactMap { Int($0) } ?? []
    if quota.count == 2, quota[1] > 0 { count = min(count, max(1, (quota[0] + quota[1] - 1) / quota[1])) }
    return count
  }()

  /// The memory a job may work with, unless told otherwise: 2 GiB, or 80 % of what the control group or the resource limits allow.
  public static let workingMemory: Int = {
    var bytes = 2 << 30
    for path in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
      if let limit = lines(of: path).first.flatMap({ Int($0) }) { bytes = min(bytes, limit / 5 * 4) }
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

  /// What the system calls the processor.
  public static var processorName: String {
    let line = lines(of: "/proc/cpuinfo").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":").last.map { String($0.drop { $0 == " " }) }
    return name ?? "unknown processor"
  }

  private static func lines(of path: String) -> [Substring] {
    guard let file = try? InputFile(path: path), let bytes = try? file.readAll(byteLimit: 1 << 16) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }
}
