#!/usr/bin/env python3
# health_check.py

import requests
import smtplib
from email.mime.text import MIMEText

SERVICES = {
    'auth': 'http://localhost:8001/health',
    'product': 'http://localhost:8002/health',
    'order': 'http://localhost:8003/health',
    'user': 'http://localhost:8004/health',
    'payment': 'http://localhost:8005/health',
    'notification': 'http://localhost:8006/health'
}

def check_service(service_name, url):
    try:
        response = requests.get(url, timeout=10)
        if response.status_code == 200:
            data = response.json()
            return data.get('status') == 'healthy'
        return False
    except:
        return False

def send_alert(service_name):
    # Implement email/sms alert logic
    print(f"ALERT: Service {service_name} is down!")

def main():
    for service_name, url in SERVICES.items():
        if not check_service(service_name, url):
            send_alert(service_name)

if __name__ == "__main__":
    main()
