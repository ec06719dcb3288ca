using Metering.Client.Admin;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;

namespace Metering.Client;

/// <summary>The clients as services of an application.</summary>
public static class MeteringServices
{
    private const string ClientName = "Metering.Client";
    private const string ClientsName = "Metering.Clients";
    private const string EventsName = "Metering.Events";
    private const string AdminName = "Metering.Admin";

    /// <summary>Adds a <see cref="MeteringClient"/> that lives as long as the application.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets its options.</param>
    /// <returns>The HTTP client's builder, for handlers and settings of your own.</returns>
    /// <exception cref="ArgumentException">An option can't be used; the message names it.</exception>
    public static IHttpClientBuilder AddMetering(this IServiceCollection services, Action<MeteringClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new MeteringClientOptions();
        configure(options);
        options.Check();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new MeteringClient(
            options, Http(provider, ClientName), provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILogger<MeteringClient>>()));
        return Add(services, ClientName, options.AttemptTimeout, options.MaxRetries);
    }

    /// <summary>Adds <see cref="MeteringClients"/> that live as long as the application.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets their options.</param>
    /// <returns>The HTTP client's builder, for handlers and settings of your own.</returns>
    /// <exception cref="ArgumentException">An option can't be used; the message names it.</exception>
    public static IHttpClientBuilder AddMeteringClients(this IServiceCollection services, Action<MeteringClientsOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new MeteringClientsOptions();
        configure(options);
        options.Check();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new MeteringClients(
            options, Http(provider, ClientsName), provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILogger<MeteringClient>>()));
        return Add(services, ClientsName, options.AttemptTimeout, options.MaxRetries);
    }

    /// <summary>Adds a <see cref="MeteringEvents"/> that lives as long as the application.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets its options.</param>
    /// <returns>The HTTP client's builder, for handlers and settings of your own.</returns>
    /// <exception cref="ArgumentException">An option can't be used; the message names it.</exception>
    public static IHttpClientBuilder AddMeteringEvents(this IServiceCollection services, Action<MeteringEventsOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new MeteringEventsOptions();
        configure(options);
        options.Check();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new MeteringEvents(
            options, Http(provider, EventsName), provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILogger<MeteringEvents>>()));
        return Add(services, EventsName, options.AttemptTimeout, maxRetries: 0);
    }

    /// <summary>Adds a <see cref="MeteringAdmin"/> that lives as long as the application.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets its options.</param>
    /// <returns>The HTTP client's builder, for handlers and settings of your own.</returns>
    /// <exception cref="ArgumentException">An option can't be used; the message names it.</exception>
    public static IHttpClientBuilder AddMeteringAdmin(this IServiceCollection services, Action<MeteringAdminOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new MeteringAdminOptions();
        configure(options);
        options.Check();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new MeteringAdmin(
            options, Http(provider, AdminName), provider.GetRequiredService<TimeProvider>()));
        return Add(services, AdminName, options.AttemptTimeout, options.MaxRetries);
    }

    // The clients live as long as the application, so connections are renewed by their handler and not by the factory.
    private static IHttpClientBuilder Add(IServiceCollection services, string name, TimeSpan attemptTimeout, int maxRetries)
    {
        var builder = services.AddHttpClient(name)
            .UseSocketsHttpHandler((handler, _) => handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        builder.AddResilienceHandler(name, pipeline => Resilience.Configure(pipeline, attemptTimeout, maxRetries));
        // Handlers come in the order in which they are added, so this one is below the retries.
        return builder.AddHttpMessageHandler(() => new WholeAnswer());
    }

    private static HttpClient Http(IServiceProvider provider, string name) =>
        MeterHttp.Own(provider.GetRequiredService<IHttpClientFactory>().CreateClient(name));
}
