import HTTPWire
public import Traffic

extension EndpointTemplates {
    /// The templates of all requests in `selection`, so that every command that reads the same logs has the same
    /// endpoints.
    ///
    /// Reads the logs once, independently of later filters.
    ///
    /// - Parameter rules: templates that take precedence over learned ones.
    /// - Throws: ``SessionLogError`` if a log cannot be read, is not a log, has another version or is sealed with
    ///   another key.
    public static func learned(
        from selection: LogSelection, rules: EndpointRules = EndpointRules()
    ) throws(SessionLogError) -> EndpointTemplates {
        var templates = EndpointTemplates(rules: rules)
        var reader = try LogReader(selection)
        var batch = ExchangeBatch()
        while try reader.next(into: &batch) {
            for record in batch.records {
                guard let range = record.request?.head,
                    let target = RequestHead.target(of: Array(batch.bytes[range.indices]))
                else { continue }
                templates.learn(target: target)
            }
        }
        templates.settle()
        return templates
    }
}
