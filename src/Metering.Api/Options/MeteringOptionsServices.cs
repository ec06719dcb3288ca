using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Metering.Api;

/// <summary>Registers a host's options.</summary>
public static class MeteringOptionsServices
{
    /// <summary>
    /// Registers the options of a host, from the section <see cref="MeteringOptions.Section"/>; also as those that all hosts have, by their
    /// parts, and as the rules that the domain takes. Wrong and unknown ones stop the start, all of them named.
    /// </summary>
    /// <typeparam name="T">The host's options.</typeparam>
    public static IServiceCollection AddMeteringOptions<T>(this IServiceCollection services, IConfiguration configuration)
        where T : MeteringOptions, new()
    {
        var configured = new ConfiguredOptions<T>(configuration);
        services.AddSingleton<IConfigureOptions<T>>(configured);
        services.AddSingleton<IValidateOptions<T>>(configured);
        // At the start and not at the first use, when the host has already taken requests.
        services.AddOptions<T>().ValidateOnStart();
        // One object behind all of these types: each part of the code sees the same values, and they are read once.
        services.AddSingleton(Value);
        if (typeof(T) != typeof(MeteringOptions))
        {
            services.AddSingleton<MeteringOptions>(Value);
            services.AddSingleton<IOptions<MeteringOptions>>(provider => Options.Create<MeteringOptions>(Value(provider)));
        }

        services.AddSingleton(provider => Options.Create(Value(provider).Api));
        services.AddSingleton(provider => Options.Create(Value(provider).Webhooks));
        services.AddSingleton(provider => Value(provider).ToRules());
        return services;

        static T Value(IServiceProvider provider) => provider.GetRequiredService<IOptions<T>>().Value;
    }
}
