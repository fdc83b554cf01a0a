import Glibc

/// What several explanations together say of a number: Student's t distributions of one kind, each with a weight.
struct StudentMixture {
    /// One distribution.
    struct Part {
        var weight: Double
        var location: Double
        var scale: Double
    }

    let parts: [Part]
    let degreesOfFreedom: Double

    /// The mean of all by their weights.
    var mean: Double {
        parts.reduce(0) { $0 + $1.weight * $1.location } / parts.reduce(0) { $0 + $1.weight }
    }

    /// The standard deviation of all together; more than two degrees of freedom are needed for one.
    var deviation: Double {
        let (total, mean) = (parts.reduce(0) { $0 + $1.weight }, mean)
        let spread = degreesOfFreedom / (degreesOfFreedom - 2)
        let variance =
            parts.reduce(0) { sum, part in
                let distance = part.location - mean
                return sum + part.weight * (part.scale * part.scale * spread + distance * distance)
            } / total
        return variance.squareRoot()
    }

    /// The weight of what is above `least`, which may differ from part to part.
    func weight(above least: (Int) -> Double) -> Double {
        let distribution = StudentT(degreesOfFreedom: degreesOfFreedom)
        return parts.indices.reduce(0) { sum, place in
            let part = parts[place]
            return sum + part.weight * distribution.upperTail((least(place) - part.location) / part.scale)
        }
    }
}
