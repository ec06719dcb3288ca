namespace Metering.Client.Admin;

/// <summary>How <see cref="MeteringAdmin"/> reaches the meter.</summary>
public sealed class MeteringAdminOptions
{
    /// <summary>Where the meter is, such as <c>https://meter.example.com/</c>. Required.</summary>
    public Uri? Address { get; set; }

    /// <summary>A token with the scope <c>read</c>, or <c>manage</c> for what changes something. Required.</summary>
    public string? Token { get; set; }

    /// <summary>
    /// How long one try may take. 30 seconds by default: reports walk a lot. A download may take longer, as long as no part of it does.
    /// </summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a call is tried again when the meter is away or busy: 0 to 10; 3 by default.</summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>Says what is wrong with these options.</summary>
    /// <exception cref="ArgumentException">One of them can't be used; the message names it.</exception>
    internal void Check()
    {
        OptionChecks.Address(Address, nameof(Address));
        OptionChecks.Present(Token, nameof(Token));
        OptionChecks.Tries(AttemptTimeout, MaxRetries);
    }
}
