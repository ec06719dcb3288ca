namespace MeterFunctions.Evidence;

/// <summary>Reads what may be damaged.</summary>
internal static class Damage
{
    /// <summary>What a row holds; null when it cannot be read, with the reason.</summary>
    /// <param name="read">Reads it. It asks nobody: what the storage fails to answer is no damage.</param>
    /// <param name="fault">Why it cannot be read, in the words of what failed.</param>
    public static T? Read<T>(Func<T> read, out string? fault)
        where T : class
    {
        try
        {
            fault = null;
            return read();
        }
#pragma warning disable CA1031 // A damaged byte can fail any of a type's own checks; each says only that the row is damaged.
        catch (Exception damage)
#pragma warning restore CA1031
        {
            fault = damage.Message;
            return null;
        }
    }

    /// <summary>Why a row cannot be worked with; null when it can.</summary>
    public static string? Of(Action work)
    {
        Read(
            () =>
            {
                work();
                return work;
            },
            out var fault);
        return fault;
    }
}
