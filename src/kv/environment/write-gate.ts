/** Lets writes pass and knows which are under way, so that a moment without any can be had. */
export class WriteGate {
  #runningCount = 0
  #closed: PromiseWithResolvers<void> | undefined
  #idle: PromiseWithResolvers<void> | undefined

  /** Begins the work within this call, or once the gate is open again. */
  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#closed !== undefined) await this.#closed.promise
    this.#runningCount += 1
    try {
      return await work()
    } finally {
      this.#runningCount -= 1
      if (this.#runningCount === 0) this.#idle?.resolve()
    }
  }

  /** Runs work while no other write does; those that come meanwhile wait. To be called by one at a time. */
  async hold<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const closed = Promise.withResolvers<void>()
    this.#closed = closed
    try {
      if (this.#runningCount > 0) {
        this.#idle = Promise.withResolvers<void>()
        await this.#idle.promise
      }
      return await work()
    } finally {
      this.#idle = undefined
      this.#closed = undefined
      closed.resolve()
    }
  }
}
