#if IMGCONV_HAVE_YAML
  import CYAML

  extension YAMLTree {
    /// The most places of a text; names for parts (`&a`, `*a`) can make many of few.
    private static let largestCount = 100_000
    /// How deep lists and maps lie in one another at most.
    private static let largestDepth = 32

    /// Reads the first document of a text.
    ///
    /// Safe because the parser and the document live until all that they hold has been copied.
    ///
    /// - Throws: `ModelFileError` of code `syntax`, with the line.
    init(_ bytes: [UInt8]) throws(ModelFileError) {
      var parser = unsafe yaml_parser_t()
      guard unsafe yaml_parser_initialize(&parser) == 1 else {
        throw ModelFileError(.memory, "there is no memory left")
      }
      defer { unsafe yaml_parser_delete(&parser) }
      var result: Result<YAMLTree, ModelFileError> = .failure(ModelFileError(.syntax, "it holds nothing"))
      unsafe bytes.withUnsafeBufferPointer { buffer in
        unsafe yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
        var document = unsafe yaml_document_t()
        guard unsafe yaml_parser_load(&parser, &document) == 1 else {
          let problem = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "it cannot be read"
          let line = unsafe parser.problem_mark.line + 1
          result = .failure(ModelFileError(.syntax, "line \(line): \(problem)"))
          return
        }
        defer { unsafe yaml_document_delete(&document) }
        guard let root = unsafe yaml_document_get_root_node(&document) else { return }
        var left = Self.largestCount
        do throws(ModelFileError) {
          result = .success(unsafe try Self.tree(root, in: &document, depth: 0, left: &left))
        } catch {
          result = .failure(error)
        }
      }
      self = try result.get()
    }

    private static func tree(
      _ node: UnsafeMutablePointer<yaml_node_t>, in document: inout yaml_document_t, depth: Int, left: inout Int
    ) throws(ModelFileError) -> YAMLTree {
      let line = unsafe Int(node.pointee.start_mark.line) + 1
      left -= 1
      guard left > 0, depth < largestDepth else {
        throw ModelFileError(.syntax, "line \(line): too many or too deep parts; expected a few layers")
      }
      func child(_ index: Int32) throws(ModelFileError) -> YAMLTree {
        guard let node = unsafe yaml_document_get_node(&document, index) else {
          throw ModelFileError(.syntax, "line \(line): a part is missing")
        }
        return unsafe try tree(node, in: &document, depth: depth + 1, left: &left)
      }
      switch unsafe node.pointee.type {
      case YAML_SCALAR_NODE:
        let scalar = unsafe node.pointee.data.scalar
        let text = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        return YAMLTree(.word(unsafe String(decoding: text, as: UTF8.self)), line: line)
      case YAML_SEQUENCE_NODE:
        let items = unsafe node.pointee.data.sequence.items
        let count = unsafe items.start.map { unsafe items.top - $0 } ?? 0
        var list: [YAMLTree] = []
        for index in 0..<count { list.append(try child(unsafe items.start[index])) }
        return YAMLTree(.list(list), line: line)
      case YAML_MAPPING_NODE:
        let pairs = unsafe node.pointee.data.mapping.pairs
        let count = unsafe pairs.start.map { unsafe pairs.top - $0 } ?? 0
        var map: [(key: YAMLTree, value: YAMLTree)] = []
        for index in 0..<count {
          let pair = unsafe pairs.start[index]
          map.append((try child(pair.key), try child(pair.value)))
        }
        return YAMLTree(.map(map), line: line)
      default:
        throw ModelFileError(.syntax, "line \(line): nothing stands here")
      }
    }
  }
#endif
