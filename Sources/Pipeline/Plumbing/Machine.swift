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
  /// The processors that affinity and the control groups allow, or fewer where the address space has no room for more threads; at least 1.
  public static let processorCount: Int = {
    #if os(Linux)
      // The affinity as the kernel prints it: hexadecimal digits, a comma after every eight.
      let mask = SystemFile.lines(of: "/proc/self/status").first { $0.hasPrefix("Cpus_allowed:") }
      let allowed =
        mask?.dropFirst("Cpus_allowed:".count).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) } ?? 1
    #else
      let allowed = Int(sysconf(_SC_NPROCESSORS_ONLN))
    #endif
    return threadCount(upTo: min(allowed, ControlGroups.own.processorCount ?? .max))
  }()

  /// So many threads as are wanted, or fewer where the address space has no room for them; at least 1.
  public static func threadCount(upTo wanted: Int) -> Int {
    max(1, min(wanted, addressSpace.map { $0 / 2 / bytesPerThread } ?? .max))
  }

  /// The memory a job may work with, unless told otherwise: 2 GiB, or 80 % of what the control groups or the resource limits allow.
  ///
  /// - Parameter threadCount: how many threads work; where the address space is limited, what they take of it is left to them.
  /// - Returns: the bytes, at least 1 MiB.
  public static func workingMemory(threadCount: Int) -> Int {
    var bytes = 2 << 30
    if let limit = ControlGroups.own.memory { bytes = min(bytes, limit / 5 * 4) }
    if let addressSpace { bytes = min(bytes, (addressSpace - threadCount * bytesPerThread) / 5 * 4) }
    return max(bytes, 1 << 20)
  }

  /// What a thread takes beside what it works on: the stacks of its helpers, and the buffers of a decoder and an encoder.
  private static let bytesPerThread = 6 << 20
  /// The stack of a thread where the address space is limited; it is what macOS gives every thread but the first.
  private static let smallStack = 512 << 10

  /// The address space that is left where it is limited (`ulimit -v`), counted when it is first asked for; `nil` where it is not.
  ///
  /// Stacks and heaps count there as they are laid out, used or not.
  private static let addressSpace: Int? = {
    var limit = rlimit()
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
    #else
      let resource = RLIMIT_AS
    #endif
    guard unsafe getrlimit(resource, &limit) == 0, limit.rlim_cur < rlim_t(Int.max) else { return nil }
    let pages = SystemFile.lines(of: "/proc/self/statm").first?.split(separator: " ").first.flatMap { Int($0) } ?? 0
    return max(0, Int(limit.rlim_cur) - pages * Int(sysconf(Int32(_SC_PAGESIZE))))
  }()

  /// Makes threads take little address space, where it is limited: one heap for all of them, which costs them time, and small stacks.
  ///
  /// It is a setting of the whole process, made before the first thread is started, so a library does not make it by itself.
  public static func fitAddressSpace() {
    if addressSpace != nil { imgconv_keep_threads_small(smallStack) }
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
    let line = SystemFile.lines(of: "/proc/cpuinfo").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":").last.map { String($0.drop { $0 == " " }) }
    return name ?? "unknown processor"
  }
}
