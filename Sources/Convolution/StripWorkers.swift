import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The threads that help with strips: started when they are first needed, and kept for as long as the process runs.
///
/// They serve one caller at a time. A strip is often done in less time than it takes to wake a thread, so a helper that is done
/// looks out for the next strip for a moment before it sleeps.
///
/// Unsafe here: the mutex and the condition live at one address for ever, as the only instance does; `work`, `places` and `threadCount`
/// are touched only while the mutex is held. `work` is called by helpers only between its being set and `run` returning, which waits for
/// all that have begun: so what it captures is alive.
@safe
final class StripWorkers: @unchecked Sendable {
  /// The threads of this process.
  static let shared = StripWorkers()

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  /// Counts the calls of `run`, so that helpers see a new one without the mutex.
  private let generation = Atomic(0)
  /// The helpers that have begun and not ended.
  private let active = Atomic(0)
  private let isBusy = Atomic(false)
  private var work: (@Sendable (Int) -> Void)?
  /// How many helpers may join: those of the lowest numbers.
  private var places = 0
  private var threadCount = 0

  /// How often a thread looks before it sleeps, letting others run in between: some 30 µs where nobody else waits.
  ///
  /// Longer is no faster where the process has nothing else to do, and takes time from decoders and encoders.
  private static let patience = 150

  private init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe changed = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(changed, nil)
  }

  /// Calls `work` on this thread and on up to `helperCount` others at the same time, and returns when every call has.
  ///
  /// `work` is to return when nothing is left to do; a helper that comes late calls it all the same.
  func run(helperCount: Int, _ work: @Sendable (Int) -> Void) {
    guard !isBusy.exchange(true, ordering: .acquiring) else { return work(0) }
    withoutActuallyEscaping(work) { work in
      locked {
        while threadCount < helperCount, startThread(number: threadCount + 1) { threadCount += 1 }
        self.work = work
        places = helperCount
        generation.add(1, ordering: .releasing)
      }
      unsafe pthread_cond_broadcast(changed)
      work(0)
      locked {
        self.work = nil
        places = 0
      }
      while active.load(ordering: .acquiring) > 0 { sched_yield() }
    }
    isBusy.store(false, ordering: .releasing)
  }

  /// What a helper does, for ever.
  private func help(number: Int) {
    var seen = 0
    while true {
      var looks = 0
      while looks < Self.patience, generation.load(ordering: .relaxed) == seen {
        sched_yield()
        looks += 1
      }
      if join(number, after: &seen) { active.subtract(1, ordering: .releasing) }
    }
  }

  /// Waits for the next call of `run` and works for it, if there is a place; the work is let go of when this returns.
  @inline(never)
  private func join(_ number: Int, after seen: inout Int) -> Bool {
    let work: (@Sendable (Int) -> Void)? = locked {
      while generation.load(ordering: .relaxed) == seen { unsafe pthread_cond_wait(changed, mutex) }
      seen = generation.load(ordering: .relaxed)
      guard number <= places else { return nil }
      active.add(1, ordering: .relaxed)
      return self.work
    }
    work?(number)
    return work != nil
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body()
  }

  /// Starts a thread that is never joined; `false` where the system has none left.
  private func startThread(number: Int) -> Bool {
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let status = unsafe pthread_create(
      &thread, nil,
      { number in
        StripWorkers.shared.help(number: Int(bitPattern: number))
        return nil
      }, UnsafeMutableRawPointer(bitPattern: number))
    return status == 0
  }
}
