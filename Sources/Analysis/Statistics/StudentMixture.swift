import Glibc

/// The combined distribution of several explanations: a weighted mixture of Student's t distributions.
struct StudentMixture {
    /// A component.
    struct Part {
        var weight: Double
        var location: Double
        var scale: Double
    }

    let parts: [Part]
    let degreesOfFreedom: Double

    /// The mean of the mixture.
    var mean: Double {
        parts.reduce(0) { $0 + $1.weight * $1.location } / parts.reduce(0) { $0 + $1.weight }
    }

    /// The standard deviation of the mixture; requires more than two degrees of freedom.
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

    /// The weight above `least`, which may differ between components.
    func weight(above least: (Int) -> Double) -> Double {
        let distribution = StudentT(degreesOfFreedom: degreesOfFreedom)
        return parts.indices.reduce(0) { sum, place in
            let part = parts[place]
            return sum + part.weight * distribution.upperTail((least(place) - part.location) / part.scale)
        }
    }
}
