/// What the control groups of this process allow, of version 1, version 2, or both at once.
///
/// A group lies in another, up to the root, and each may set a limit: the lowest counts. The groups are those that `/proc/self/cgroup`
/// names, below the places that `/proc/self/mountinfo` says they are mounted at.
public struct ControlGroups: Sendable {
  /// The bytes of memory; `nil` where no group sets a limit.
  public let memory: Int?
  /// The processors' worth of time, rounded up, at least 1; `nil` where no group sets a limit.
  public let processorCount: Int?

  /// The groups of this process.
  static let own = ControlGroups()

  /// What version 1 writes where there is no limit is a little less than 2⁶³.
  private static let unlimited = 1 << 60

  /// Reads the limits: `memory.max`, `memory.high` and `cpu.max` of version 2, `memory.limit_in_bytes` and `cpu.cfs_*_us` of version 1.
  ///
  /// - Parameter root: the folder that `/proc` and the mount points lie in; empty for the machine's own.
  public init(root: String = "") {
    let folders = GroupFolders(root: root)
    let byteCounts =
      folders.of(nil).flatMap { ["\($0)/memory.max", "\($0)/memory.high"] }
      + folders.of("memory").map { "\($0)/memory.limit_in_bytes" }
    memory = byteCounts.compactMap { Self.numbers(in: $0).first ?? nil }.filter { $0 < Self.unlimited }.min()
    // A quota of microseconds in a period of as many; "max" and -1 stand for none.
    let quotas =
      folders.of(nil).map { Self.numbers(in: "\($0)/cpu.max") }
      + folders.of("cpu").map { folder in
        ["quota", "period"].flatMap { Self.numbers(in: "\(folder)/cpu.cfs_\($0)_us").prefix(1) }
      }
    processorCount =
      quotas.compactMap { numbers in
        guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0, period > 0 else {
          return nil
        }
        return (quota - 1) / period + 1
      }.min()
  }

  /// The words of a file's first line, as far as they are numbers.
  private static func numbers(in path: String) -> [Int?] {
    SystemFile.lines(of: path).first?.split(separator: " ").map { Int($0) } ?? []
  }
}

/// The folders of this process's groups.
private struct GroupFolders {
  private let root: String
  private let groups: [String]
  private let mounts: [String]

  init(root: String) {
    self.root = root
    groups = SystemFile.lines(of: "\(root)/proc/self/cgroup")
    mounts = SystemFile.lines(of: "\(root)/proc/self/mountinfo")
  }

  /// The folders of the group that a controller of version 1 has this process in, or version 2 where it is `nil`, and of all above it.
  func of(_ controller: String?) -> [String] {
    // "4:memory:/group", of version 2 "0::/group".
    let group = groups.lazy.map { $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false) }
      .first { $0.count == 3 && Self.names($0[1], controller) }
    guard let group else { return [] }
    var places = mounts.compactMap { Mount($0, of: controller) }
    if places.isEmpty { places = [Mount(controller)] }
    return places.flatMap { mount in
      let parts = mount.partsBelow(String(group[2]))
      return (0...parts.count).map { ([root + mount.point] + parts[..<$0]).joined(separator: "/") }
    }
  }

  /// Whether a list names a controller; that of version 2 is empty.
  private static func names(_ list: Substring, _ controller: String?) -> Bool {
    controller.map { list.split(separator: ",").contains(Substring($0)) } ?? list.isEmpty
  }

  /// Where a hierarchy of groups is mounted.
  private struct Mount {
    let point: String
    /// The group that stands at the mount point.
    private let top: [Substring]

    /// The usual place.
    init(_ controller: String?) {
      point = "/sys/fs/cgroup" + (controller.map { "/\($0)" } ?? "")
      top = []
    }

    /// What a line of `mountinfo` tells; `nil` where it is of something else.
    ///
    /// "ID PARENT DEVICE TOP POINT OPTIONS … - TYPE SOURCE CONTROLLERS", as in proc(5).
    init?(_ line: String, of controller: String?) {
      let fields = line.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), dash > 5, fields.count > dash + 3 else { return nil }
      guard fields[dash + 1] == (controller == nil ? "cgroup2" : "cgroup"),
        controller == nil || GroupFolders.names(fields[dash + 3], controller)
      else { return nil }
      point = Self.unescaped(fields[4])
      top = Self.unescaped(fields[3]).split(separator: "/").map { Substring($0) }
    }

    /// The names of the groups that lead from the mount point to a group; none where it lies elsewhere.
    func partsBelow(_ group: String) -> [String] {
      let parts = group.split(separator: "/")
      guard parts.starts(with: top), !parts.contains("..") else { return [] }
      return parts.dropFirst(top.count).map { String($0) }
    }

    /// A name without the `\040` that stands for a blank, and its like.
    private static func unescaped(_ text: Substring) -> String {
      let pieces = text.split(separator: "\\", omittingEmptySubsequences: false)
      let rest = pieces.dropFirst().map { piece in
        let byte = UInt8(piece.prefix(3), radix: 8) ?? UInt8(ascii: "?")
        return String(UnicodeScalar(byte)) + piece.dropFirst(3)
      }
      return pieces[0] + rest.joined()
    }
  }
}

/// Files that the system makes up, as those of `/proc`.
enum SystemFile {
  /// The lines of a file that are not empty; none where it cannot be read or has more than 4 MiB.
  static func lines(of path: String) -> [String] {
    guard let file = try? InputFile(path: path), let bytes = try? file.readAll(byteLimit: 4 << 20) else { return [] }
    return bytes.split(separator: UInt8(ascii: "\n")).map { PathBytes.string($0) }
  }
}
