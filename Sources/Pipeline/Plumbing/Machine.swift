import CFiles

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
    return min(max(allowed, 1), controlGroupProcessors() ?? .max)
  }()

  /// The memory a job may work with, unless told otherwise: 2 GiB, or 80 % of what the control group or the resource limits allow.
  public static let workingMemory: Int = {
    var bytes = 2 << 30
    if let limit = controlGroupMemory() { bytes = min(bytes, limit / 5 * 4) }
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

  /// The processors' worth of time that a control group allows, rounded up; `nil` where it sets no limit.
  ///
  /// - Parameter folder: where control groups are mounted; version 2 (`cpu.max`) and version 1 (`cpu/cpu.cfs_quota_us`) are read.
  /// - Returns: at least 1, or `nil`.
  public static func controlGroupProcessors(at folder: String = "/sys/fs/cgroup") -> Int? {
    // "QUOTA PERIOD" in microseconds, or "max PERIOD".
    var numbers = lines(of: "\(folder)/cpu.max").first?.split(separator: " ").map { Int($0) } ?? []
    if numbers.isEmpty {
      // -1 stands for no quota.
      numbers = ["quota", "period"].map { lines(of: "\(folder)/cpu/cpu.cfs_\($0)_us").first.flatMap { Int($0) } }
    }
    guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0, period > 0 else { return nil }
    return (quota - 1) / period + 1
  }

  /// The bytes of memory that a control group allows; `nil` where it sets no limit.
  ///
  /// - Parameter folder: where control groups are mounted; version 2 (`memory.max`) and version 1
  ///   (`memory/memory.limit_in_bytes`) are read.
  /// - Returns: the lower of the limits there are, or `nil`.
  public static func controlGroupMemory(at folder: String = "/sys/fs/cgroup") -> Int? {
    ["memory.max", "memory/memory.limit_in_bytes"].compactMap { lines(of: "\(folder)/\($0)").first.flatMap { Int($0) } }
      .min()
  }

  /// Makes the process keep freed memory for what it allocates next.
  ///
  /// Rows travel in strips that are allocated and freed all the time. Where each goes back to the system and comes again as empty pages,
  /// that costs a third of the time of a small kernel. It is a setting of the whole process, so a library does not make it by itself.
  ///
  /// - Parameters:
  ///   - block: larger blocks are given back; small where many threads hold large images in turn.
  ///   - total: each thread gives back what it has freed beyond that.
  public static func keepFreedMemory(block: Int = 32 << 20, total: Int = 32 << 20) {
    imgconv_keep_freed_memory(Int32(clamping: block), Int32(clamping: total))
  }

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
