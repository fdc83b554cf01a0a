/// The description of a run: the head of a report.
public struct RunCaption: Hashable, Sendable {
    /// The run's name: `demo-leaking`.
    public var title: String
    /// The settings, most important first: what was replayed, against which target, how fast, when.
    public var facts: [Fact]

    /// One setting of the run and its value: `Speed` and `10×`.
    public struct Fact: Hashable, Sendable {
        /// The name of the setting: `Speed`.
        public var name: String
        /// Its value: `10×`.
        public var value: String

        /// A setting and its value.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A title with the settings under it.
    public init(title: String, facts: [Fact] = []) {
        self.title = title
        self.facts = facts
    }
}
