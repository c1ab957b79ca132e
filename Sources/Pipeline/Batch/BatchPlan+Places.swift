extension BatchPlan {
  /// Checks, writing nothing, that the folders of outputs and the log can be made.
  ///
  /// - Throws: `JobError` of kind `cannotCreate` or `permission`.
  public func checkPlaces() throws(JobError) {
    for folder in outputFolders {
      do { try Self.checkFolder(folder) } catch {
        throw error.jobError(path: folder, verb: "make files in it", .cannotCreate, code: "io.create")
      }
    }
    guard let log = options.logPath, !Self.isWrittenDirectly(log) else { return }
    let folder = FilePath.folder(of: try AtomicFile.followingLinks(log))
    do throws(SystemError) {
      if makesFolder(of: log) { return }
      _ = try FileStatus(path: folder)
      try Self.checkFolder(folder)
    } catch {
      throw error.jobError(path: log, verb: "create", .cannotCreate, code: "io.create")
    }
  }

  /// Makes a file for the log and drops it, so that what stands in its way is found before anything else is made.
  ///
  /// - Throws: `JobError`.
  func tryLog() throws(JobError) {
    guard let log = options.logPath, !Self.isWrittenDirectly(log), !makesFolder(of: log) else { return }
    _ = try AtomicFile(path: log, mayReplace: true)
  }

  /// Whether a log is a pipe or a device: it is there, and whoever reads it would take a second opening for its end.
  private static func isWrittenDirectly(_ log: String) -> Bool {
    switch (try? FileStatus(path: log))?.kind {
    case .pipe, .other: true
    case .regular, .folder, nil: false
    }
  }

  /// Checks that a folder is there and takes files, or that the nearest one above it does.
  private static func checkFolder(_ path: String) throws(SystemError) {
    var path = path
    while (try? FileStatus(path: path)) == nil, FilePath.folder(of: path) != path { path = FilePath.folder(of: path) }
    guard try FileStatus(path: path).kind == .folder else { throw .noFolder }
    try FileCalls.checkWritable(folder: path)
  }

  /// Whether the log lies in a folder that is not there and that outputs have made, as theirs or one above it.
  private func makesFolder(of log: String) -> Bool {
    var places = OutputPlaces()
    let place = places.place(of: log)
    let folders = FilePath.parts(of: place.name).dropLast()
    return !folders.isEmpty
      && outputFolders.contains { folder in
        let output = places.place(of: FilePath.joined(folder, "output"))
        return output.folder == place.folder && FilePath.parts(of: output.name).starts(with: folders)
      }
  }
}
