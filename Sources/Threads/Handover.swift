/// Carries a value to the thread that is its only owner from then on.
public final class Handover<Value: ~Copyable>: @unchecked Sendable {
    private var value: Value?

    /// A value that no one else uses any more.
    public init(_ value: consuming Value) { self.value = consume value }

    /// The value, for the thread that asks first; nil from then on.
    public func take() -> Value? { value.take() }
}
