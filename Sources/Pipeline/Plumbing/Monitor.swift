#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A lock that threads can wait in for something to change.
///
/// Unsafe here: the mutex and the condition live at one address from `init` to `deinit`; that makes the class safe to share. What it
/// guards is touched by its owner only inside `locked`.
@safe
final class Monitor: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>

  init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe changed = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    #if canImport(Darwin)
      unsafe pthread_cond_init(changed, nil)
    #else
      // The clock of the day may be set while somebody waits.
      var attributes = pthread_condattr_t()
      unsafe pthread_condattr_init(&attributes)
      unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
      unsafe pthread_cond_init(changed, &attributes)
      unsafe pthread_condattr_destroy(&attributes)
    #endif
  }

  deinit {
    unsafe pthread_cond_destroy(changed)
    unsafe pthread_mutex_destroy(mutex)
    unsafe changed.deallocate()
    unsafe mutex.deallocate()
  }

  /// Runs `body` alone, and wakes whoever waits.
  func locked<Result>(_ body: () -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer {
      unsafe pthread_cond_broadcast(changed)
      unsafe pthread_mutex_unlock(mutex)
    }
    return body()
  }

  /// Waits, inside `locked`, until another thread has been there; it may wake for no reason.
  func wait() {
    unsafe pthread_cond_wait(changed, mutex)
  }

  /// Waits, inside `locked`, until another thread has been there or some milliseconds have passed.
  ///
  /// - Returns: `false` where the time is over.
  func wait(milliseconds: Int) -> Bool {
    #if canImport(Darwin)
      var span = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
      return unsafe pthread_cond_timedwait_relative_np(changed, mutex, &span) != ETIMEDOUT
    #else
      var end = timespec()
      unsafe clock_gettime(CLOCK_MONOTONIC, &end)
      let nanoseconds = end.tv_nsec + milliseconds % 1000 * 1_000_000
      end.tv_sec += milliseconds / 1000 + nanoseconds / 1_000_000_000
      end.tv_nsec = nanoseconds % 1_000_000_000
      return unsafe pthread_cond_timedwait(changed, mutex, &end) != ETIMEDOUT
    #endif
  }
}
