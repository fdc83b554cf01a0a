/// The numbers that `inspect --list` gives the recorded exchanges of a plan's requests.
struct ExchangeNumberTable: Sendable {
    /// By script and request; 0 if unknown. May be shorter than the plan.
    private let numbers: [[UInt64]]

    init(_ numbers: [[UInt64]]) { self.numbers = numbers }

    /// The number of a request's exchange; nil if it is not known.
    func number(script: Int, request: Int) -> UInt64? {
        guard script < numbers.count, request < numbers[script].count, numbers[script][request] > 0 else { return nil }
        return numbers[script][request]
    }
}
