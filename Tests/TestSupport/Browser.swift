public import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Chromium without a window, driven by its own driver over HTTP (W3C WebDriver).
public actor Browser {
  /// A key that is no letter, as the protocol writes it.
  public enum Key: String, Sendable {
    /// Left in the direction of reading.
    case left = "\u{E012}"
    /// To the top.
    case up = "\u{E013}"
    /// Right in the direction of reading.
    case right = "\u{E014}"
    /// To the bottom.
    case down = "\u{E015}"
    /// To the end.
    case end = "\u{E010}"
    /// To let go.
    case escape = "\u{E00C}"
  }

  /// What went wrong, in the driver's words.
  public struct Failure: Error, CustomStringConvertible {
    /// The words.
    public let description: String
  }

  /// Whether the browser and its driver are installed; tests of pages are skipped, by name, where they are not.
  public static let isInstalled = program("chromium") != nil && program("chromedriver") != nil

  private let driver: Process
  private let port: UInt16
  private let session: String

  private static func program(_ name: String) -> URL? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  /// Starts a browser, hands it over, and ends it.
  public static func run(_ body: (Browser) async throws -> Void) async throws {
    let browser = try Browser()
    do { try await body(browser) } catch {
      await browser.close()
      throw error
    }
    await browser.close()
  }

  private init() throws {
    guard let chromium = Self.program("chromium"), let driver = Self.program("chromedriver") else {
      throw Failure(description: "Chromium is not installed")
    }
    let process = Process()
    let output = Pipe()
    process.executableURL = driver
    process.arguments = ["--port=0"]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    self.driver = process
    // The driver says which port it took: `… started successfully on port 40123.`
    var said = ""
    var found: UInt16?
    while found == nil {
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw Failure(description: "the driver ended: \(said)") }
      said += String(decoding: more, as: UTF8.self)
      found = said.firstMatch(of: #/on port (\d+)\./#).flatMap { UInt16($0.1) }
    }
    port = found ?? 0
    struct Session: Decodable { let sessionId: String }
    let options: [String: Any] = [
      "binary": chromium.path,
      // Pages are our own and load nothing; the sandbox would need rights that containers lack.
      "args": [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1440,1000",
      ],
    ]
    let wanted: [String: Any] = ["goog:chromeOptions": options, "goog:loggingPrefs": ["browser": "ALL"]]
    let capabilities = try JSONSerialization.data(withJSONObject: ["capabilities": ["alwaysMatch": wanted]])
    do {
      let made: Session = try Self.send("POST", "/session", capabilities, port: port)
      session = "/session/\(made.sessionId)"
    } catch {
      let _: String? = try? Self.send("GET", "/shutdown", Data(), port: port)
      process.terminate()
      throw error
    }
  }

  private func close() {
    let _: String? = try? Self.send("DELETE", session, Data(), port: port)
    // Asked to end by a signal, the driver would wait for sessions; by this it ends.
    let _: String? = try? Self.send("GET", "/shutdown", Data(), port: port)
    driver.terminate()
  }

  /// What the driver answers.
  private struct Reply<Value: Decodable>: Decodable { let value: Value }
  private struct Problem: Decodable { let message: String }

  private static func send<Value: Decodable>(
    _ method: String, _ path: String, _ body: Data, port: UInt16
  ) throws -> Value {
    let (status, data) = try answer(to: method, path, body, port: port)
    guard status == "200" else {
      let problem = try? JSONDecoder().decode(Reply<Problem>.self, from: data)
      throw Failure(description: problem?.value.message ?? String(decoding: data, as: UTF8.self))
    }
    return try JSONDecoder().decode(Reply<Value>.self, from: data).value
  }

  /// One request of HTTP and its answer.
  ///
  /// Foundation's client refuses the driver's headers, which have no blank after their colons.
  private static func answer(
    to method: String, _ path: String, _ body: Data, port: UInt16
  ) throws -> (status: String, body: Data) {
    #if os(Linux)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = unsafe withUnsafePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw Failure(description: "nobody listens on port \(port)") }
    let head = """
      \(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Type: application/json\r\n\
      Content-Length: \(body.count)\r\nConnection: close\r\n\r\n
      """
    try handle.write(contentsOf: Data(head.utf8) + body)
    var received = Data()
    while case let more = handle.availableData, !more.isEmpty {
      received += more
      guard let end = received.firstRange(of: Data("\r\n\r\n".utf8)) else { continue }
      let headers = String(decoding: received[..<end.lowerBound], as: UTF8.self)
      guard let length = headers.firstMatch(of: #/(?i)content-length: *(\d+)/#).flatMap({ Int($0.1) }),
        received.count >= end.upperBound + length
      else { continue }
      return (headers.split(separator: " ")[1].description, received[end.upperBound...])
    }
    throw Failure(
      description: "the driver's answer broke off: \(String(decoding: received.prefix(500), as: UTF8.self))")
  }

  private func send<Value: Decodable & Sendable>(_ command: String, _ body: [String: Any]) throws -> Value {
    try Self.send(
      "POST", "\(session)/\(command)", try JSONSerialization.data(withJSONObject: body), port: port)
  }

  /// A command of Chromium's own protocol.
  private func chromium(_ command: String, _ parameters: [String: Any]) throws {
    struct Nothing: Decodable {}
    let _: Nothing = try send("goog/cdp/execute", ["cmd": command, "params": parameters])
  }

  /// Loads a file, and waits until the page's own program has shown it.
  public func open(_ file: URL) async throws {
    let _: String? = try send("url", ["url": file.absoluteString])
    try await wait(until: "!!globalThis.page && !globalThis.page.isBusy")
  }

  /// Runs a script's expression; a promise is waited for.
  ///
  /// - Returns: its value.
  public func value<Value: Decodable & Sendable>(_ expression: String) throws -> Value {
    try send("execute/sync", ["script": "return \(expression)", "args": [String]()])
  }

  /// Waits until an expression is true.
  ///
  /// - Throws: after 30 seconds.
  public func wait(until expression: String) async throws {
    for _ in 0..<600 {
      if try value("!!(\(expression))") { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Failure(description: "it did not come true: \(expression)")
  }

  private func element(_ selector: String) throws -> String {
    let found: [String: String] = try send("element", ["using": "css selector", "value": selector])
    guard let id = found.values.first else { throw Failure(description: "there is no \(selector)") }
    return id
  }

  /// Types into an element, or presses keys on it.
  public func type(_ text: String, into selector: String) throws {
    let _: String? = try send("element/\(try element(selector))/value", ["text": text])
  }

  /// Presses keys on an element.
  public func press(_ keys: Key..., on selector: String) throws {
    try type(keys.map(\.rawValue).joined(), into: selector)
  }

  /// Replaces what a field holds.
  public func replace(with text: String, in selector: String) throws {
    // Control, a, and all keys released.
    try type("\u{E009}a\u{E000}\(text)", into: selector)
  }

  /// Clicks on an element.
  public func click(_ selector: String) throws {
    let _: String? = try send("element/\(try element(selector))/click", [:])
  }

  /// Moves the mouse to a place in an element, in parts of its width and height from its top left corner; then clicks, if asked.
  public func point(at place: (x: Double, y: Double), in selector: String, clicks: Bool = false) throws {
    let box: [Double] = try value(
      """
      (() => { const all = document.querySelector(\(String(reflecting: selector)));
        all.scrollIntoView({ block: "center", behavior: "instant" });
        const box = all.getBoundingClientRect(); return [box.left, box.top, box.width, box.height]; })()
      """)
    let move: [String: Any] = [
      "type": "pointerMove", "duration": 0, "origin": "viewport", "x": Int(box[0] + box[2] * place.x),
      "y": Int(box[1] + box[3] * place.y),
    ]
    let press: [[String: Any]] =
      clicks ? [["type": "pointerDown", "button": 0], ["type": "pointerUp", "button": 0]] : []
    let _: String? = try send(
      "actions", ["actions": [["type": "pointer", "id": "mouse", "actions": [move] + press] as [String: Any]]])
  }

  /// Makes the page's window `width` CSS pixels wide.
  public func resize(width: Int) throws {
    try chromium(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500])
  }

  /// Sets what the system prefers, as `prefers-color-scheme` and `dark`.
  public func prefer(_ preferences: [String: String]) throws {
    let features = preferences.map { ["name": $0, "value": $1] }
    try chromium("Emulation.setEmulatedMedia", ["features": features])
  }

  /// What the page has complained of since this was asked last.
  public func complaints() throws -> [String] {
    struct Entry: Decodable { let message: String }
    let entries: [Entry] = try send("se/log", ["type": "browser"])
    return entries.map(\.message)
  }
}
