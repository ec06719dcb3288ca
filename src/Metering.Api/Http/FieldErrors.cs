using System.Collections.Immutable;

namespace Metering.Api;

/// <summary>Collects what is wrong with a request, so that one answer names all of it.</summary>
internal sealed class FieldErrors
{
    /// <summary>Most errors that one answer names.</summary>
    public const int MaxCount = 100;

    // Made when something is wrong: nearly every request has nothing, and each consume has one of these.
    private ImmutableArray<FieldError>.Builder? _errors;

    public bool Any => _errors is not null;

    public IReadOnlyList<FieldError> Found => _errors is null ? [] : _errors;

    public void Add(string pointer, string detail)
    {
        _errors ??= ImmutableArray.CreateBuilder<FieldError>();
        // A body of a mebibyte may have more faults than anybody reads; its answer is not to be larger than it.
        if (_errors.Count < MaxCount)
        {
            _errors.Add(new FieldError(pointer, detail));
        }
    }

    /// <summary>Notes an error when the condition does not hold.</summary>
    public bool Require(bool condition, string pointer, string detail)
    {
        if (!condition)
        {
            Add(pointer, detail);
        }

        return condition;
    }

    /// <exception cref="ProblemException">Something is wrong.</exception>
    public void ThrowIfAny()
    {
        if (_errors is not null)
        {
            throw new ProblemException(ToProblem());
        }
    }

    public Problem ToProblem() => new(
        RefusalCode.InvalidRequest,
        _errors is { Count: > 1 } ? $"{_errors.Count} fields are not valid." : "A field is not valid.")
    {
        Errors = _errors?.ToImmutable() ?? [],
    };
}
