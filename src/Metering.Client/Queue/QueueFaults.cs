namespace Metering.Client;

/// <summary>What fails with a queue's disk. Callers of a client are told it as they are told all else that can fail with one.</summary>
internal static class QueueFaults
{
    /// <summary>Does what needs the disk.</summary>
    /// <param name="directory">The queue's directory.</param>
    /// <param name="done">What is done, as the message of the exception says it: <c>opened</c>.</param>
    /// <param name="act">Does it.</param>
    /// <exception cref="MeteringException">The disk does not let it.</exception>
    public static T Tell<T>(string directory, string done, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new MeteringException($"The queue in {directory} can't be {done}: {failure.Message}", failure);
        }
    }

    /// <inheritdoc cref="Tell{T}"/>
    public static void Tell(string directory, string done, Action act) => Tell(directory, done, () =>
    {
        act();
        return true;
    });
}
