import HTTPWire
public import Traffic

extension EndpointTemplates {
    /// The templates of all requests of `sessions`.
    ///
    /// - Parameter rules: templates with precedence over the learned ones.
    public init(learnedFrom sessions: [RecordedSession], rules: EndpointRules = EndpointRules()) {
        self.init(rules: rules)
        for session in sessions {
            for exchange in session.exchanges {
                guard let head = exchange.request.flatMap({ RequestHead(withoutFields: $0.head) }) else { continue }
                learn(target: head.target)
            }
        }
        settle()
    }
}
