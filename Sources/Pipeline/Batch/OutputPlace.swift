/// Where an output will lie, whatever the path to it: a folder that exists, and the rest of the path below it.
struct OutputPlace: Hashable {
  let folder: FileStatus.Identity?
  /// The file's name, behind those of the folders that do not exist yet.
  let name: String

  /// The same for names that some file systems take for one.
  ///
  /// They tell neither cases nor ways of composing a letter apart; strings that differ in the latter are equal.
  var folded: OutputPlace { OutputPlace(folder: folder, name: name.lowercased()) }
}

/// Looks up the places of outputs, each folder once.
struct OutputPlaces {
  private var folders: [[UInt8]: OutputPlace] = [:]

  /// The place of an output, links followed.
  mutating func place(of output: String) -> OutputPlace {
    let path = (try? AtomicFile.followingLinks(output)) ?? output
    let folder = place(ofFolder: FilePath.folder(of: path))
    return OutputPlace(folder: folder.folder, name: FilePath.joined(folder.name, FilePath.name(of: path)))
  }

  /// The place of a folder; its name is empty where it exists.
  private mutating func place(ofFolder path: String) -> OutputPlace {
    if let known = folders[Array(path.utf8)] { return known }
    let place: OutputPlace
    if let status = try? FileStatus(path: path) {
      place = OutputPlace(folder: status.identity, name: "")
    } else if FilePath.folder(of: path) == path {
      place = OutputPlace(folder: nil, name: path)
    } else {
      let above = self.place(ofFolder: FilePath.folder(of: path))
      place = OutputPlace(folder: above.folder, name: FilePath.joined(above.name, FilePath.name(of: path)))
    }
    folders[Array(path.utf8)] = place
    return place
  }
}
