extension AWSPart {
    /// The fields of `draft` that its AWS signature fills, by part index; empty when it has no such signature.
    static func parts(of draft: ParsedRequest, hasSessionToken: Bool) -> [(part: Int, recipe: AWSPart)] {
        var parts: [(part: Int, recipe: AWSPart)] = []
        var hasSignature = false
        for (index, part) in draft.parts.enumerated() {
            guard case .field(let name) = part.kind, !part.bytes.isEmpty else { continue }
            switch name.lowercased() {
            case "authorization":
                guard let signature = AWSSignature(authorization: part.bytes) else { continue }
                hasSignature = true
                parts.append((index, .authorization(signature)))
            case "x-amz-date": parts.append((index, .date))
            case "x-amz-security-token" where hasSessionToken: parts.append((index, .sessionToken))
            // `UNSIGNED-PAYLOAD` and similar values are valid for any request.
            case "x-amz-content-sha256" where part.bytes.count == 64: parts.append((index, .bodyHash))
            default: break
            }
        }
        return hasSignature ? parts : []
    }
}
