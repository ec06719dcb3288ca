namespace Metering.Client;

/// <summary>How <see cref="MeteringClients"/> reaches the meter.</summary>
public sealed class MeteringClientsOptions
{
    /// <summary>Where the meter is, such as <c>https://meter.example.com/</c>. Required.</summary>
    public Uri? Address { get; set; }

    /// <summary>How long one try may take. 10 seconds by default.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often a call is tried again when the meter is away or busy: 0 to 10; 3 by default. Every repeat carries the same key.
    /// </summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>What is checked and then used for long, so that a later change of these options can't change it.</summary>
    internal MeteringClientsOptions Copy() => (MeteringClientsOptions)MemberwiseClone();

    /// <summary>Says what is wrong with these options.</summary>
    /// <exception cref="ArgumentException">One of them can't be used; the message names it.</exception>
    internal void Check()
    {
        OptionChecks.Address(Address, nameof(Address));
        OptionChecks.Tries(AttemptTimeout, MaxRetries);
    }
}
