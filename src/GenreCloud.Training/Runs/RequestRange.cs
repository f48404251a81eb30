using GenreCloud.ServiceDefaults;

namespace GenreCloud.Training.Runs;

/// <summary>The ranges of what a request's numbers may be.</summary>
internal static class RequestRange
{
    /// <param name="name">Of the field, as the request has it.</param>
    /// <param name="value">Null for a field that was left out, which is in every range.</param>
    /// <exception cref="ProblemException">The value is below the least or above the most, or not a number.</exception>
    public static void Require(string name, double? value, double least, double most)
    {
        if (value is { } number && !(number >= least && number <= most))
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                $"{name} is out of range",
                FormattableString.Invariant($"{name} is {number}; it must lie between {least} and {most}."));
        }
    }
}
