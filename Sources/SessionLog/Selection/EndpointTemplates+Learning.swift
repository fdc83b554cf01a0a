import HTTPWire
public import Traffic

extension EndpointTemplates {
    /// The templates of all requests in `selection`, so that every command that reads the same logs has the same endpoints.
    ///
    /// Reads the logs once, whatever filters are used later.
    ///
    /// - Parameter rules: templates that come before those learned.
    /// - Throws: ``SessionLogError`` when a log cannot be read, is none, is of another version or sealed with another key.
    public static func learned(
        from selection: LogSelection, rules: EndpointRules = EndpointRules()
    ) throws(SessionLogError) -> EndpointTemplates {
        var templates = EndpointTemplates(rules: rules)
        var reader = try LogReader(selection)
        var batch = ExchangeBatch()
        while try reader.next(into: &batch) {
            for record in batch.records {
                guard let range = record.request?.head, let head = RequestHead(Array(batch.bytes[range.indices])) else {
                    continue
                }
                templates.learn(target: head.target)
            }
        }
        templates.settle()
        return templates
    }
}
