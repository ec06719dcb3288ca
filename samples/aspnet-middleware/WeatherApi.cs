using Metering.Client;

namespace Samples.AspNetMiddleware;

/// <summary>A public API whose callers send their license key, and whose calls are metered.</summary>
internal static class WeatherApi
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddMeteringClients(options =>
        {
            options.Address = new Uri(builder.Configuration["METER_URL"] ?? "http://127.0.0.1:8080");
            options.AttemptTimeout = TimeSpan.FromSeconds(2);
            options.MaxRetries = 1;
        });
        var app = builder.Build();
        app.MapGet("/", () => "GET /weather/{city}, with the header Authorization: License lk_…");
        app.UseWhen(
            http => http.Request.Path.StartsWithSegments("/weather", StringComparison.OrdinalIgnoreCase),
            metered => metered.UseMiddleware<MeteringMiddleware>("api_calls"));
        app.MapGet("/weather/{city}", (string city) => new { city, sky = "clear", celsius = 21 });
        return app;
    }
}
