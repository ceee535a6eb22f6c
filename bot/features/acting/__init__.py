"""Acting officials (Plh., Plt.): appointed by buttons and short answers, ended early."""
