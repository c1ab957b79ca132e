#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A POSIX thread that runs one closure and is waited for.
///
/// Unsafe here: the closure travels to the thread in a retained box that the thread alone releases, once.
struct WorkerThread {
  private let handle: pthread_t

  private final class Box {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
      self.body = body
    }
  }

  /// Starts a thread, or gives `nil` where the system has none left.
  init?(_ body: @escaping @Sendable () -> Void) {
    let box = unsafe Unmanaged.passRetained(Box(body))
    #if canImport(Darwin)
      var handle: pthread_t?
    #else
      var handle = pthread_t()
    #endif
    let status = unsafe pthread_create(
      &handle, nil,
      { argument in
        #if canImport(Darwin)
          let box = unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
        #else
          guard let argument = unsafe argument else { return nil }
          let box = unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
        #endif
        box.body()
        return nil
      }, box.toOpaque())
    guard status == 0 else {
      unsafe box.release()
      return nil
    }
    #if canImport(Darwin)
      guard let handle else { return nil }
      unsafe self.handle = handle
    #else
      self.handle = handle
    #endif
  }

  /// Waits until the closure has returned; call it once.
  func join() {
    pthread_join(handle, nil)
  }
}
